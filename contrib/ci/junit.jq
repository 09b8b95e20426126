# A JUnit report of a probe, a test case for each port:
#
#     sonde probe @services --json | jq --slurp --raw-output --from-file junit.jq > probe.xml
def attribute: tostring | @html;
def seconds: (. // 0) / 1000 | tostring;
map(select(.type == "probe" or .type == "unresolved"))
| map({
    name: (if .type == "unresolved" then .target else "\(.target) \(.port // "-")/\(.transport)" end),
    time: (.connect_ms | seconds),
    failure: (if .type == "unresolved" then "does not resolve: \(.reason)"
        elif .state == "open" then null
        else "\(.state): \(.reason // .errno)" + (if .offender then ", reported by \(.offender)" else "" end) end)
  })
| [ "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "<testsuite name=\"sonde probe\" tests=\"\(length)\" failures=\"\(map(select(.failure)) | length)\">",
    (.[] | "  <testcase classname=\"sonde\" name=\"\(.name | attribute)\" time=\"\(.time)\""
        + (if .failure then "><failure message=\"\(.failure | attribute)\"/></testcase>" else "/>" end)),
    "</testsuite>" ]
| .[]
