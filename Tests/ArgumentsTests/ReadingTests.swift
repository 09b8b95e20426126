@testable import Arguments
