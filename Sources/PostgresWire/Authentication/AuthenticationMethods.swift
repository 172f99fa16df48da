/// The ways of authentication that a client takes part in, named as `require_auth` names them.
package struct AuthenticationMethods: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The server asks for nothing.
    package static let none = AuthenticationMethods(rawValue: 1)
    /// The password itself, readable by whoever reads the connection.
    package static let password = AuthenticationMethods(rawValue: 2)
    /// An MD5 hash of the password, deprecated.
    package static let md5 = AuthenticationMethods(rawValue: 4)
    /// SCRAM-SHA-256, with and without channel binding.
    package static let scramSHA256 = AuthenticationMethods(rawValue: 8)
    /// Every method.
    package static let all: AuthenticationMethods = [.none, .password, .md5, .scramSHA256]
}
