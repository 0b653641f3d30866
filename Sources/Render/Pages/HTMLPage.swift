/// The frame that every page shares.
enum HTMLPage {
  /// Appends everything up to the body's content.
  ///
  /// The policy lets inline style and script run and forbids every request.
  static func open(title: String, style: String, to bytes: inout [UInt8]) {
    bytes.append(
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
      form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="memq">
      <link rel="icon" href="data:,">
      <title>
      """)
    bytes.append(escaped(title))
    bytes.append("</title>\n<style>\n")
    bytes.append(style)
    bytes.append("</style>\n</head>\n<body>\n")
  }

  /// A tab's title: the question, and of what it is when it does not say so.
  static func title(_ query: String, _ subject: String) -> String {
    guard !query.isEmpty else { return subject }
    let text = query.hasSuffix(subject) || subject.isEmpty ? query : query + " · " + subject
    return SafeText.cut(text, most: 200)
  }

  /// Appends a script.
  static func append(script: String, to bytes: inout [UInt8]) {
    bytes.append("<script>\n")
    bytes.append(script)
    bytes.append("</script>\n")
  }

  /// Appends the end of the page.
  static func close(to bytes: inout [UInt8]) {
    bytes.append("</body>\n</html>\n")
  }

  /// Text as content or quoted attribute value.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in SafeText.shown(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// RFC 4648 base64.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Appends the base64 text of `data`.
  static func append(_ data: [UInt8], to bytes: inout [UInt8]) {
    var index = 0
    while index < data.count {
      let left = data.count - index
      let first = UInt32(data[index])
      let second = left > 1 ? UInt32(data[index + 1]) : 0
      let third = left > 2 ? UInt32(data[index + 2]) : 0
      let group = first << 16 | second << 8 | third
      bytes.append(alphabet[Int(group >> 18)])
      bytes.append(alphabet[Int(group >> 12 & 63)])
      bytes.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
      bytes.append(left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
      index += 3
    }
  }
}
