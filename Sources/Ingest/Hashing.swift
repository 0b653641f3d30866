/// Spreads the bits of a key over 64; the tables use the upper ones.
@inline(__always) func spread(_ key: UInt64) -> UInt64 {
  let product = (key ^ (key &>> 32)) &* 0x9E37_79B9_7F4A_7C15
  return product ^ (product &>> 29)
}
