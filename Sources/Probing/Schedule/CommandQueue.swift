/// Commands in the order they were given.
struct CommandQueue {
    private var commands: [ProbeSchedule.Command] = []
    private var head = 0

    var isEmpty: Bool { head == commands.count }

    mutating func append(_ command: ProbeSchedule.Command) { commands.append(command) }

    mutating func popFirst() -> ProbeSchedule.Command? {
        guard head < commands.count else { return nil }
        let command = commands[head]
        head += 1
        if head == commands.count {
            commands.removeAll(keepingCapacity: true)
            head = 0
        }
        return command
    }
}
