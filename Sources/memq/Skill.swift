/// The guide that `memq skill` prints and the server introduces itself with.
///
/// The tests ask every question in it.
enum Skill {
  static let text = """
    # memq: questions about a program's memory

    Import a capture once, then ask one-line questions. Sizes are bytes; kB, MB, GB are decimal,
    KiB, MiB, GiB binary.

        memq import out.bin
        memq "top 10 by lineno"

    ## A question

    VERB [NUMBER] [POPULATION] [MEASURES] [by KEYS] [where CONDITIONS] [in A..B] [of CAPTURE]

    - Verbs: `top` groups, `list` records, `stats`, `hist size`, `timeline`, `flame` (a page),
      `growth` and `suspects` (leaks), `assert` (a test), `show` (what there is), `source FILE`.
    - Populations: `peak` (the default where there is one), `leaked` (alive at the end),
      `allocated` (all), `live at TIME`, `temporary`, `survived A..B`.
    - Measures: `size`, `count`, `avg size`, `max size`, `lifetime`, `rate`.
    - Keys: `lineno`, `function`, `filename`, `module`, `package`, `traceback`, `thread`,
      `allocator`, `sizeclass`.
    - Conditions: `size > 1MB`, `function = main`, `filename ~ app/*`, `stack has json.*`,
      joined by `and`, `or`, `not`.
    - Times: `2s`, `50%`, `peak`, `end`, `mark("request 7")`.
    - Results: a table; `as json`, `as csv`, `as jsonl` for programs.

    ## The order of a hunt

    1. `show captures`, then `show quality`: what is there, and what the recording left out.
    2. `show peak` and `stats`: how much, when, how it is spread.
    3. `suspects`: what grows for good, by line, with a rate, the evidence and the next question.
       Nothing suspected means that nothing grew beyond what the recording can show; it says how
       little that is.
    4. `growth by lineno`: every line's shape: steady, one-off (a warm-up), sawtooth.
    5. `top 10 leaked by traceback`: the ways that lead to what stayed.
    6. `timeline`: heap over time; with resident memory (`timeline rss`) where it was recorded.
       Resident memory far above the heap is what the tool did not see: native code, a model,
       fragments.
    7. `top 10 by function of after vs before`: two captures compared.
    8. `assert leaked size < 10MB`: exit status 1 when it is false.

    ## How to read an answer

    - `other` is what the rows not shown add up to, `total` is everything.
    - Notes below a table belong to the answer: what was left out, what is unknown.
    - An error shows the place and what to write instead; with `--json` it is one line of JSON with
      `reason`, `range` and `proposals`, whole questions that can be asked.
    - A size of the heap is not resident memory: only `rss` is.

    """
}
