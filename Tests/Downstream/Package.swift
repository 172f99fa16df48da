// swift-tools-version: 6.3
import PackageDescription

// A user's package in miniature: it depends on swift-postgres as a server would, and tests itself without one.
let package = Package(
    name: "job-queue",
    platforms: [.macOS(.v15)],
    products: [.library(name: "JobQueue", targets: ["JobQueue"])],
    dependencies: [.package(name: "swift-postgres", path: "../..")],
    targets: [
        .target(name: "JobQueue", dependencies: [.product(name: "PostgresPool", package: "swift-postgres")]),
        .executableTarget(name: "job-worker", dependencies: ["JobQueue"]),
        .executableTarget(
            name: "with-temporary-server",
            dependencies: [.product(name: "PostgresFixtures", package: "swift-postgres")]),
        .testTarget(
            name: "JobQueueTests",
            dependencies: ["JobQueue", .product(name: "PostgresFixtures", package: "swift-postgres")],
            exclude: ["Fixtures"]),
    ]
)
