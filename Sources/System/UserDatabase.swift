internal import Glibc

/// The users of this system (getpwnam(3), passwd(5)).
package enum UserDatabase {
    /// A user and its group, by name or number; `nil` where there is none. Call it before other threads start: the C library returns one
    /// static record to all.
    package static func user(named name: String) -> (user: UInt32, group: UInt32)? {
        // Safe: the record is copied before another call can change it.
        let record = unsafe UInt32(name).map { unsafe getpwuid($0) } ?? getpwnam(name)
        guard let record = unsafe record else { return nil }
        return unsafe (record.pointee.pw_uid, record.pointee.pw_gid)
    }

    /// The name of a user (getpwuid(3)); `nil` where it has none. Call it in one thread only, for the same reason.
    package static func name(of user: UInt32) -> String? {
        // Safe: the name is copied before another call can change the record.
        unsafe getpwuid(user).map { unsafe String(rawCString: $0.pointee.pw_name) }
    }
}
