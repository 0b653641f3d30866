/// The kinds of sections that texts are searched for.
enum TextSections {
  /// One of each, for one text; the order is that in which lines are offered.
  static func kinds() -> [any SectionKind] {
    [
      GuppyKind(), PymplerKind(), MappingKind(), LineReportKind(), LeakKind(), RequestKind(),
      KillKind(), TypeListKind(), TracePrintKind(), MemrayPrintKind(), MemrayTreeKind(),
      MemraySummaryKind(), SizeKind(),
      ProcessTableKind(), ContainerKind(), TimeReportKind(), MachineKind(), MemoryMapKind(),
      ProcessFieldsKind(), RuledTableKind(), ActivityLogKind(), MetricsKind(), DelimitedKind(),
    ]
  }
}
