// Puts the files of the pages into the program. A path is looked for beside this file, so the
// folder that the project lies in does not matter, and the build knows what it depends on.
#include "CPages.h"

// Every clang that Swift 6.2 or later comes with knows `#embed`, in older C too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char chart_ask_js[] = {
#embed "../Render/Pages/Web/chart/ask.js"
};
static const unsigned char chart_axis_js[] = {
#embed "../Render/Pages/Web/chart/axis.js"
};
static const unsigned char chart_draw_js[] = {
#embed "../Render/Pages/Web/chart/draw.js"
};
static const unsigned char chart_main_js[] = {
#embed "../Render/Pages/Web/chart/main.js"
};
static const unsigned char chart_marks_js[] = {
#embed "../Render/Pages/Web/chart/marks.js"
};
static const unsigned char chart_page_css[] = {
#embed "../Render/Pages/Web/chart/page.css"
};
static const unsigned char chart_page_html[] = {
#embed "../Render/Pages/Web/chart/page.html"
};
static const unsigned char chart_series_js[] = {
#embed "../Render/Pages/Web/chart/series.js"
};
static const unsigned char chart_summary_js[] = {
#embed "../Render/Pages/Web/chart/summary.js"
};
static const unsigned char flame_allocating_js[] = {
#embed "../Render/Pages/Web/flame/allocating.js"
};
static const unsigned char flame_choices_js[] = {
#embed "../Render/Pages/Web/flame/choices.js"
};
static const unsigned char flame_colours_js[] = {
#embed "../Render/Pages/Web/flame/colours.js"
};
static const unsigned char flame_draw_js[] = {
#embed "../Render/Pages/Web/flame/draw.js"
};
static const unsigned char flame_edits_js[] = {
#embed "../Render/Pages/Web/flame/edits.js"
};
static const unsigned char flame_input_js[] = {
#embed "../Render/Pages/Web/flame/input.js"
};
static const unsigned char flame_link_js[] = {
#embed "../Render/Pages/Web/flame/link.js"
};
static const unsigned char flame_main_js[] = {
#embed "../Render/Pages/Web/flame/main.js"
};
static const unsigned char flame_names_js[] = {
#embed "../Render/Pages/Web/flame/names.js"
};
static const unsigned char flame_page_css[] = {
#embed "../Render/Pages/Web/flame/page.css"
};
static const unsigned char flame_page_html[] = {
#embed "../Render/Pages/Web/flame/page.html"
};
static const unsigned char flame_panels_js[] = {
#embed "../Render/Pages/Web/flame/panels.js"
};
static const unsigned char flame_question_js[] = {
#embed "../Render/Pages/Web/flame/question.js"
};
static const unsigned char flame_search_js[] = {
#embed "../Render/Pages/Web/flame/search.js"
};
static const unsigned char flame_state_js[] = {
#embed "../Render/Pages/Web/flame/state.js"
};
static const unsigned char flame_time_js[] = {
#embed "../Render/Pages/Web/flame/time.js"
};
static const unsigned char flame_tree_js[] = {
#embed "../Render/Pages/Web/flame/tree.js"
};
static const unsigned char flame_views_js[] = {
#embed "../Render/Pages/Web/flame/views.js"
};
static const unsigned char flame_zoom_js[] = {
#embed "../Render/Pages/Web/flame/zoom.js"
};
static const unsigned char shared_address_js[] = {
#embed "../Render/Pages/Web/shared/address.js"
};
static const unsigned char shared_base_css[] = {
#embed "../Render/Pages/Web/shared/base.css"
};
static const unsigned char shared_clauses_js[] = {
#embed "../Render/Pages/Web/shared/clauses.js"
};
static const unsigned char shared_data_js[] = {
#embed "../Render/Pages/Web/shared/data.js"
};
static const unsigned char shared_dom_js[] = {
#embed "../Render/Pages/Web/shared/dom.js"
};
static const unsigned char shared_paths_js[] = {
#embed "../Render/Pages/Web/shared/paths.js"
};
static const unsigned char shared_search_js[] = {
#embed "../Render/Pages/Web/shared/search.js"
};
static const unsigned char shared_words_js[] = {
#embed "../Render/Pages/Web/shared/words.js"
};
static const unsigned char table_filter_html[] = {
#embed "../Render/Pages/Web/table/filter.html"
};
static const unsigned char table_folds_js[] = {
#embed "../Render/Pages/Web/table/folds.js"
};
static const unsigned char table_help_html[] = {
#embed "../Render/Pages/Web/table/help.html"
};
static const unsigned char table_main_js[] = {
#embed "../Render/Pages/Web/table/main.js"
};
static const unsigned char table_page_css[] = {
#embed "../Render/Pages/Web/table/page.css"
};
static const unsigned char table_page_html[] = {
#embed "../Render/Pages/Web/table/page.html"
};
static const unsigned char table_rows_css[] = {
#embed "../Render/Pages/Web/table/rows.css"
};
static const unsigned char table_rows_js[] = {
#embed "../Render/Pages/Web/table/rows.js"
};

#define FILE_AT(path, bytes) {path, bytes, sizeof bytes}

static const struct page_file files[] = {
    FILE_AT("chart/ask.js", chart_ask_js),
    FILE_AT("chart/axis.js", chart_axis_js),
    FILE_AT("chart/draw.js", chart_draw_js),
    FILE_AT("chart/main.js", chart_main_js),
    FILE_AT("chart/marks.js", chart_marks_js),
    FILE_AT("chart/page.css", chart_page_css),
    FILE_AT("chart/page.html", chart_page_html),
    FILE_AT("chart/series.js", chart_series_js),
    FILE_AT("chart/summary.js", chart_summary_js),
    FILE_AT("flame/allocating.js", flame_allocating_js),
    FILE_AT("flame/choices.js", flame_choices_js),
    FILE_AT("flame/colours.js", flame_colours_js),
    FILE_AT("flame/draw.js", flame_draw_js),
    FILE_AT("flame/edits.js", flame_edits_js),
    FILE_AT("flame/input.js", flame_input_js),
    FILE_AT("flame/link.js", flame_link_js),
    FILE_AT("flame/main.js", flame_main_js),
    FILE_AT("flame/names.js", flame_names_js),
    FILE_AT("flame/page.css", flame_page_css),
    FILE_AT("flame/page.html", flame_page_html),
    FILE_AT("flame/panels.js", flame_panels_js),
    FILE_AT("flame/question.js", flame_question_js),
    FILE_AT("flame/search.js", flame_search_js),
    FILE_AT("flame/state.js", flame_state_js),
    FILE_AT("flame/time.js", flame_time_js),
    FILE_AT("flame/tree.js", flame_tree_js),
    FILE_AT("flame/views.js", flame_views_js),
    FILE_AT("flame/zoom.js", flame_zoom_js),
    FILE_AT("shared/address.js", shared_address_js),
    FILE_AT("shared/base.css", shared_base_css),
    FILE_AT("shared/clauses.js", shared_clauses_js),
    FILE_AT("shared/data.js", shared_data_js),
    FILE_AT("shared/dom.js", shared_dom_js),
    FILE_AT("shared/paths.js", shared_paths_js),
    FILE_AT("shared/search.js", shared_search_js),
    FILE_AT("shared/words.js", shared_words_js),
    FILE_AT("table/filter.html", table_filter_html),
    FILE_AT("table/folds.js", table_folds_js),
    FILE_AT("table/help.html", table_help_html),
    FILE_AT("table/main.js", table_main_js),
    FILE_AT("table/page.css", table_page_css),
    FILE_AT("table/page.html", table_page_html),
    FILE_AT("table/rows.css", table_rows_css),
    FILE_AT("table/rows.js", table_rows_js),
};

size_t page_file_count(void) { return sizeof files / sizeof files[0]; }

struct page_file page_file_at(size_t place) { return files[place]; }
