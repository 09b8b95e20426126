/// How listeners are set up.
package struct ListenOptions: Sendable {
    /// listen(2)'s second argument; the kernel cuts it at net.core.somaxconn.
    package var backlog: Int32 = 4096
    /// Other processes of the same user may listen on the port, too.
    package var reusePort = false
    package var keepAlive: KeepAlive?

    package init() {}
}
