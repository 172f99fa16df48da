// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableExperimentalFeature("Lifetimes"),  // needed to return a ~Escapable row or span
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "swift-postgres",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "PostgresWire", targets: ["PostgresWire"]),
        .library(name: "PostgresDriver", targets: ["PostgresDriver"]),
        .library(name: "PostgresPool", targets: ["PostgresPool"]),
        .library(name: "PostgresFixtures", targets: ["PostgresFixtures"]),
        .executable(name: "pgfixture", targets: ["pgfixture"]),
    ],
    dependencies: [],
    targets: [
        .systemLibrary(name: "LinuxEpoll"),
        .target(
            name: "PostgresWire",
            dependencies: [.target(name: "LinuxEpoll", condition: .when(platforms: [.linux, .android]))],
            swiftSettings: strict),
        .target(name: "PostgresDriver", dependencies: ["PostgresWire"], swiftSettings: strict),
        .target(name: "PostgresPool", dependencies: ["PostgresDriver"], swiftSettings: strict),
        .target(name: "PostgresFixtures", dependencies: ["PostgresWire"], swiftSettings: strict),
        .executableTarget(
            name: "pgfixture", dependencies: ["PostgresFixtures", "PostgresDriver"], swiftSettings: strict),
        .executableTarget(
            name: "postgres-bench", dependencies: ["PostgresPool", "PostgresFixtures"],
            path: "Benchmarks/postgres-bench", swiftSettings: strict),
        .testTarget(name: "PostgresWireTests", dependencies: ["PostgresWire"], swiftSettings: strict),
        .testTarget(name: "PostgresDriverTests", dependencies: ["PostgresDriver"], swiftSettings: strict),
        .testTarget(
            name: "PostgresPoolTests", dependencies: ["PostgresPool", "PostgresFixtures"], swiftSettings: strict),
        .testTarget(
            name: "ReplayTests", dependencies: ["PostgresPool", "PostgresFixtures"], swiftSettings: strict),
        .testTarget(
            name: "LiveServerTests", dependencies: ["PostgresPool", "PostgresFixtures"], swiftSettings: strict),
        .testTarget(name: "SourceHygieneTests", swiftSettings: strict),
    ]
)
