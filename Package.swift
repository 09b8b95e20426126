// swift-tools-version: 6.3

import PackageDescription

/// The settings of every target that is our own: Swift 6 mode, strict memory safety, no warning left standing.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Tests follow the same rules except strict memory safety, which the expansion of `#expect` does not.
let strictTests: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "sonde",
    products: [
        .executable(name: "sonde", targets: ["sonde"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Arrows point down only; the lowest rooms come first.
        .target(name: "CNetwork"),
        .target(name: "CPcap"),
        .target(name: "CCompression"),
        .target(name: "CPrefetch"),
        .target(name: "Addresses", swiftSettings: strict),
        .target(name: "RawText", swiftSettings: strict),
        .target(name: "Console", dependencies: ["RawText"], swiftSettings: strict),
        .target(name: "Reference", dependencies: ["Console", "RawText"], swiftSettings: strict),
        .target(name: "Arguments", dependencies: ["Console", "RawText", "SondeSystem"], swiftSettings: strict),
        .target(name: "Time", swiftSettings: strict),
        .target(name: "Packets", dependencies: ["Addresses", "Time"], swiftSettings: strict),
        .target(name: "Tracking", dependencies: ["Addresses", "CPrefetch", "Packets", "Time"], swiftSettings: strict),
        .target(
            name: "CaptureReports",
            dependencies: ["Addresses", "Console", "Packets", "Time", "Tracking"],
            swiftSettings: strict
        ),
        // Not `System`: packages that ask canImport(System) would take it for Apple's.
        .target(
            name: "SondeSystem",
            dependencies: ["Addresses", "CNetwork", "RawText", "Time", system],
            path: "Sources/System",
            swiftSettings: strict
        ),
        .target(
            name: "PacketCapture",
            dependencies: ["Addresses", "CCompression", "CNetwork", "CPcap", "Packets", "RawText", "SondeSystem", "Time", system],
            swiftSettings: strict
        ),
        .target(
            name: "CommandWatch",
            dependencies: ["Addresses", "LocalSockets", "SondeSystem", "Time", system],
            swiftSettings: strict
        ),
        .target(
            name: "CaptureEngine",
            dependencies: [
                "Addresses", "CaptureReports", "CommandWatch", "Console", "PacketCapture", "Packets", "SondeSystem", "Time",
                "Tracking", system,
            ],
            swiftSettings: strict
        ),
        .target(name: "NetlinkQueries", dependencies: ["SondeSystem", system], swiftSettings: strict),
        .target(
            name: "Interfaces",
            dependencies: ["Addresses", "NetlinkQueries", "RawText", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(
            name: "LocalSockets",
            dependencies: ["Addresses", "Interfaces", "NetlinkQueries", "RawText", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(name: "Lines", swiftSettings: strict),
        .target(name: "Dialing", dependencies: ["Addresses", "Lines", "SondeSystem", system], swiftSettings: strict),
        .target(
            name: "Probing",
            dependencies: ["Addresses", "CNetwork", "Dialing", "Interfaces", "LocalSockets", "RawText", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(
            name: "Completing",
            dependencies: ["Addresses", "Arguments", "Interfaces", "LocalSockets", "Probing", "RawText", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(
            name: "ServingReports",
            dependencies: ["Addresses", "Console", "Dialing", "FileService", "Serving", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(
            name: "SocketReports",
            dependencies: ["Addresses", "Console", "Interfaces", "LocalSockets", "RawText", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(name: "InterfaceReports", dependencies: ["Addresses", "Console", "Interfaces"], swiftSettings: strict),
        .target(
            name: "PathTracing",
            dependencies: ["Addresses", "Packets", "Probing", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(
            name: "ConnectionTracing",
            dependencies: ["Addresses", "Dialing", "Probing", "SondeSystem", "Time", system],
            swiftSettings: strict
        ),
        .target(
            name: "ProbeReports",
            dependencies: ["Addresses", "Console", "PathTracing", "Probing", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(
            name: "TraceReports",
            dependencies: [
                "Addresses", "CaptureReports", "ConnectionTracing", "Console", "Packets", "ProbeReports", "Probing", "RawText",
                "SondeSystem",
                "Time", "Tracking", system,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Serving",
            dependencies: ["Addresses", "Lines", "Packets", "SondeSystem", "Time", system],
            swiftSettings: strict
        ),
        .target(
            name: "FileService",
            dependencies: ["Addresses", "Dialing", "Lines", "RawText", "Serving", "SondeSystem", system],
            swiftSettings: strict
        ),
        .target(name: "Terminal", dependencies: ["Console", "RawText", "SondeSystem", system], swiftSettings: strict),
        .target(
            name: "Failures",
            dependencies: [
                "Addresses", "Console", "Dialing", "FileService", "Interfaces", "PacketCapture", "Packets", "ProbeReports",
                "Probing",
                "RawText", "Serving", "SondeSystem", "Terminal", system,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Demonstration",
            dependencies: [
                "Addresses", "CaptureEngine", "CaptureReports", "Console", "Failures", "PacketCapture", "Packets", "Serving",
                "ServingReports", "SondeSystem", "Time", "Tracking", system,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Sessions",
            dependencies: [
                "Addresses", "CaptureEngine", "CaptureReports", "CommandWatch", "ConnectionTracing", "Console", "Demonstration",
                "Dialing", "Failures", "FileService", "InterfaceReports", "Interfaces", "LocalSockets", "PacketCapture",
                "PathTracing", "ProbeReports", "Probing", "Serving", "ServingReports", "SocketReports", "SondeSystem", "Terminal",
                "Time", "TraceReports", "Tracking", system,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "SondeCommands",
            dependencies: [
                "Addresses", "Arguments", "CaptureReports", "Completing", "ConnectionTracing", "Console", "Demonstration",
                "Dialing",
                "Failures", "FileService", "InterfaceReports", "Interfaces", "LocalSockets", "PacketCapture", "ProbeReports",
                "Probing",
                "RawText", "Reference", "Serving", "ServingReports", "Sessions", "SocketReports", "SondeSystem", "Terminal", "Time",
                "Tracking", system,
            ],
            swiftSettings: strict
        ),
        // `make build` puts libstdc++.a there, for -lstdc++ to find it before the shared library; see docs/decisions/0062.
        .executableTarget(
            name: "sonde",
            dependencies: ["SondeCommands"],
            swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags(
                    ["-L\(Context.packageDirectory)/.build/static", "-Xclang-linker", "-static-libgcc"],
                    .when(configuration: .release)
                )
            ]
        ),

        /// What a program in the sandbox of captures can still do.
        .executableTarget(
            name: "SandboxProbe",
            dependencies: ["SondeSystem", system],
            path: "Tests/SandboxProbe",
            swiftSettings: strictTests
        ),
        /// What several tests do to good captures.
        .target(name: "Mutations", path: "Tests/Mutations", swiftSettings: strictTests),
        /// Conversations as tables of text.
        .target(
            name: "SegmentScripts",
            dependencies: ["Addresses", "Packets", "Time"],
            path: "Tests/SegmentScripts",
            swiftSettings: strictTests
        ),
        .testTarget(name: "AddressesTests", dependencies: ["Addresses", "Mutations"], swiftSettings: strictTests),
        .testTarget(name: "RawTextTests", dependencies: ["RawText"], swiftSettings: strictTests),
        .testTarget(name: "ConsoleTests", dependencies: ["Console", "Mutations", "RawText"], swiftSettings: strictTests),
        /// Depends on every module whose words have pages.
        .testTarget(
            name: "ReferenceTests",
            dependencies: [
                "Reference", "CaptureReports", "Console", "Dialing", "Failures", "Interfaces", "LocalSockets", "Packets",
                "PathTracing", "Probing", "Serving", "SocketReports", "SondeSystem", "Tracking", system,
            ],
            swiftSettings: strictTests
        ),
        .testTarget(name: "TimeTests", dependencies: ["Time"], swiftSettings: strictTests),
        .testTarget(
            name: "PacketsTests",
            dependencies: ["Packets", "Addresses", "Mutations", "Time"],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "TrackingTests",
            dependencies: ["Tracking", "PacketCapture", "Packets", "Addresses", "Mutations", "SegmentScripts", "Time"],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "CaptureReportsTests",
            dependencies: ["CaptureReports", "Addresses", "Console", "Packets", "SegmentScripts", "Time", "Tracking"],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "CaptureEngineTests",
            dependencies: [
                "CaptureEngine", "CaptureReports", "Addresses", "Console", "Mutations", "PacketCapture", "Packets",
                "SegmentScripts", "Time", "Tracking", system,
            ],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: ["SondeSystem", "Addresses", "RawText", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "InterfacesTests",
            dependencies: ["Interfaces", "Addresses", "NetlinkQueries", system],
            swiftSettings: strictTests
        ),
        .testTarget(name: "CommandWatchTests", dependencies: ["CommandWatch", "Addresses", "Time"], swiftSettings: strictTests),
        .testTarget(
            name: "LocalSocketsTests",
            dependencies: ["LocalSockets", "Addresses", "Interfaces", "NetlinkQueries", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "ProbingTests",
            dependencies: ["Probing", "Addresses", "LocalSockets", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(name: "ArgumentsTests", dependencies: ["Arguments", "Console"], swiftSettings: strictTests),
        .testTarget(name: "CompletingTests", dependencies: ["Arguments", "Completing"], swiftSettings: strictTests),
        .testTarget(
            name: "ServingReportsTests",
            dependencies: ["ServingReports", "Addresses", "Console", "Dialing", "FileService", "Serving", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "SocketReportsTests",
            dependencies: ["SocketReports", "Addresses", "Console", "Interfaces", "LocalSockets", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "InterfaceReportsTests",
            dependencies: ["InterfaceReports", "Addresses", "Console", "Interfaces"],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "PathTracingTests",
            dependencies: ["PathTracing", "Addresses", "Packets", "Probing", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "ProbeReportsTests",
            dependencies: ["ProbeReports", "Addresses", "Console", "PathTracing", "Probing", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "TraceReportsTests",
            dependencies: [
                "TraceReports", "Addresses", "CaptureReports", "ConnectionTracing", "Console", "Packets", "Probing",
                "SegmentScripts", "SondeSystem", "Time", "Tracking", system,
            ],
            exclude: ["Screens"],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "ServingTests",
            dependencies: ["Serving", "Addresses", "SondeSystem", "Time", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["Terminal", "Console", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(name: "LinesTests", dependencies: ["Lines"], swiftSettings: strictTests),
        .testTarget(
            name: "DialingTests",
            dependencies: ["Dialing", "Addresses", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "FileServiceTests",
            dependencies: ["FileService", "Addresses", "Lines", "Serving", "SondeSystem", system],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "PacketCaptureTests",
            dependencies: ["PacketCapture", "Packets", "Addresses", "Mutations", "SondeSystem", "Time"],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "FailuresTests",
            dependencies: [
                "Failures", "Addresses", "Dialing", "FileService", "Interfaces", "PacketCapture", "Packets", "Probing",
                "Serving", "SondeSystem", "Terminal", system,
            ],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "SessionsTests",
            dependencies: [
                "Sessions", "Addresses", "CaptureReports", "Console", "Failures", "PacketCapture", "ProbeReports", "Probing",
            ],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "SondeCommandsTests",
            dependencies: [
                "SondeCommands", "Arguments", "Console", "Failures", "SondeSystem",
            ],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Arguments",
                "SondeCommands",
                "SandboxProbe",
                "Mutations",
                .product(name: "Subprocess", package: "swift-subprocess"),
                system,
            ],
            exclude: ["Completion", "Golden"],
            swiftSettings: strictTests
        ),
    ]
)
