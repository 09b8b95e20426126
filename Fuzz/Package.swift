// swift-tools-version: 6.3

import PackageDescription

/// The sources of sonde that read what others wrote, built with libFuzzer's instrumentation. Sources/ links to the package's own, so that the
/// fuzzer reaches what is `package` there.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1")
    ],
    targets: [
        .target(name: "CNetwork"),
        .target(name: "CPcap"),
        .target(name: "CCompression"),
        .target(name: "CPrefetch"),
        .target(name: "Addresses", swiftSettings: settings),
        .target(name: "Time", swiftSettings: settings),
        .target(name: "RawText", swiftSettings: settings),
        .target(name: "Packets", dependencies: ["Addresses", "Time"], swiftSettings: settings),
        .target(name: "Tracking", dependencies: ["Addresses", "CPrefetch", "Packets", "Time"], swiftSettings: settings),
        .target(
            name: "SondeSystem",
            dependencies: ["Addresses", "CNetwork", "RawText", "Time", system],
            path: "Sources/System",
            swiftSettings: settings
        ),
        .target(
            name: "PacketCapture",
            dependencies: ["Addresses", "CCompression", "CNetwork", "CPcap", "Packets", "RawText", "SondeSystem", "Time", system],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FrameFuzzer",
            dependencies: ["Tracking", "PacketCapture", "Packets", "Time"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        ),
    ]
)
