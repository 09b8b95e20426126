/// Values named by a small number, which is used again once they are freed.
struct Arena<Element> {
    private var elements: [Element] = []
    private var vacancies: [Int32] = []

    var count: Int { elements.count - vacancies.count }
    /// All numbers ever used, vacant ones among them.
    var indices: Range<Int32> { 0..<Int32(elements.count) }
    /// The number that the next value gets.
    var nextIndex: Int32 { vacancies.last ?? Int32(elements.count) }
    /// Whether no value had this number before.
    func isNew(_ index: Int32) -> Bool { Int(index) >= elements.count }

    mutating func add(_ element: consuming Element) -> Int32 {
        guard let index = vacancies.popLast() else {
            elements.append(element)
            return Int32(elements.count - 1)
        }
        elements[Int(index)] = element
        return index
    }

    /// Lets the number be used again. Until then the value stays readable.
    mutating func free(_ index: Int32) { vacancies.append(index) }

    subscript(index: Int32) -> Element {
        get { elements[Int(index)] }
        _modify { yield &elements[Int(index)] }
    }
}
