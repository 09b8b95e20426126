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
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // Arrows point down only; the lowest rooms come first.
        .target(name: "CNetwork"),
        .target(name: "CPcap"),
        .target(name: "CCompression"),
        .target(name: "Addresses", swiftSettings: strict),
        .target(name: "Console", swiftSettings: strict),
        .target(name: "Packets", dependencies: ["Addresses"], swiftSettings: strict),
        .target(name: "Handshakes", dependencies: ["Addresses", "Packets"], swiftSettings: strict),
        .target(name: "Sockets", dependencies: ["Addresses", "CNetwork", system], swiftSettings: strict),
        .target(
            name: "PacketCapture",
            dependencies: ["Addresses", "CCompression", "CNetwork", "CPcap", "Packets", "Sockets", system],
            swiftSettings: strict
        ),
        .target(name: "Interfaces", dependencies: ["Addresses", "CNetwork", "Sockets", system], swiftSettings: strict),
        .target(name: "Probing", dependencies: ["Addresses", "CNetwork", "Sockets", system], swiftSettings: strict),
        .target(
            name: "Echoing",
            dependencies: ["Addresses", "CNetwork", "Packets", "Sockets", system],
            swiftSettings: strict
        ),
        .target(
            name: "SondeCommands",
            dependencies: [
                "Addresses", "Console", "Echoing", "Handshakes", "Interfaces", "PacketCapture", "Packets", "Probing", "Sockets",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                system,
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "sonde", dependencies: ["SondeCommands"], swiftSettings: strict),

        /// What several tests do to good captures.
        .target(name: "Mutations", path: "Tests/Mutations", swiftSettings: strictTests),
        .testTarget(name: "AddressesTests", dependencies: ["Addresses"], swiftSettings: strictTests),
        .testTarget(name: "ConsoleTests", dependencies: ["Console"], swiftSettings: strictTests),
        .testTarget(name: "PacketsTests", dependencies: ["Packets", "Addresses"], swiftSettings: strictTests),
        .testTarget(
            name: "HandshakesTests",
            dependencies: ["Handshakes", "PacketCapture", "Packets", "Addresses", "Mutations"],
            swiftSettings: strictTests
        ),
        .testTarget(name: "SocketsTests", dependencies: ["Sockets", "Addresses", system], swiftSettings: strictTests),
        .testTarget(name: "InterfacesTests", dependencies: ["Interfaces", "Addresses", "Sockets"], swiftSettings: strictTests),
        .testTarget(name: "ProbingTests", dependencies: ["Probing", "Addresses", "Sockets", system], swiftSettings: strictTests),
        .testTarget(name: "EchoingTests", dependencies: ["Echoing", "Addresses", "Sockets", system], swiftSettings: strictTests),
        .testTarget(
            name: "PacketCaptureTests",
            dependencies: ["PacketCapture", "Packets", "Addresses", "Mutations"],
            swiftSettings: strictTests
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "SondeCommands",
                "Mutations",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                system,
            ],
            swiftSettings: strictTests
        ),
    ]
)
