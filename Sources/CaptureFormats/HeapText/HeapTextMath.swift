import Glibc

/// The one function of the C library that scaling needs.
enum HeapTextMath {
  static func exponential(_ value: Double) -> Double { exp(value) }
}
