#include "line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static EditLine *editor;
static History *history_list;
static const char *prompt_text = "";
static char *line_text;
static bool interrupted;
static char **words;
static size_t word_count;

static char *prompt(EditLine *line) {
  (void)line;
  return (char *)prompt_text;
}

// MARK: Keys

static unsigned char give_up_line(EditLine *line, int key) {
  (void)line, (void)key;
  interrupted = true;
  return CC_EOF;
}

// Ctrl-Z: stop like any program, in the terminal's own mode; back in front, edit on.
static unsigned char suspend(EditLine *line, int key) {
  (void)key;
  el_set(line, EL_PREP_TERM, 0);
  raise(SIGTSTP);
  el_set(line, EL_PREP_TERM, 1);
  return CC_REDISPLAY;
}

static bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == ',' || c == '(' || c == ';' || c == '=' || c == '~';
}

// The length all `matches` share, beyond the `typed` bytes that they begin with.
static size_t common_length(char **matches, size_t count, size_t typed) {
  size_t length = strlen(matches[0]);
  for (size_t i = 1; i < count; i++) {
    size_t same = typed;
    while (same < length && matches[0][same] == matches[i][same]) same++;
    length = same;
  }
  return length;
}

static void list_words(char **matches, size_t count) {
  putchar('\n');
  for (size_t i = 0; i < count; i++) printf(i + 1 < count ? "%s  " : "%s\n", matches[i]);
  fflush(stdout);
}

static unsigned char complete_word(EditLine *line, int key) {
  (void)key;
  const LineInfo *info = el_line(line);
  const char *start = info->cursor;
  while (start > info->buffer && !ends_word(start[-1])) start--;
  size_t typed = (size_t)(info->cursor - start);

  char **matches = malloc((word_count + 1) * sizeof *matches);
  if (matches == NULL) return CC_ERROR;
  size_t count = 0;
  for (size_t i = 0; i < word_count; i++)
    if (strncasecmp(words[i], start, typed) == 0) matches[count++] = words[i];

  unsigned char result = CC_ERROR;
  if (count > 0) {
    size_t length = common_length(matches, count, typed);
    char tail[256];
    int written = snprintf(
        tail, sizeof tail, "%.*s%s", (int)(length - typed), matches[0] + typed,
        count == 1 ? " " : "");
    if (written > 0 && (size_t)written < sizeof tail) {
      result = el_insertstr(line, tail) == 0 ? CC_REFRESH : CC_ERROR;
    } else if (count > 1) {
      list_words(matches, count);
      result = CC_REDISPLAY;
    }
  }
  free(matches);
  return result;
}

// MARK: Setting up

// Editing needs to know where characters end; without a UTF-8 locale take the built-in one.
static void choose_locale(void) {
  if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
    setlocale(LC_CTYPE, "C.UTF-8");
}

static void copy_words(const char *list) {
  static char *copy;
  copy = strdup(list);
  if (copy == NULL) return;
  size_t lines = 1;
  for (const char *c = copy; *c; c++) lines += *c == '\n';
  words = malloc(lines * sizeof *words);
  if (words == NULL) return;
  char *rest = copy;
  for (char *word; (word = strsep(&rest, "\n")) != NULL;)
    if (*word) words[word_count++] = word;
}

bool line_editor_open(const char *program, const char *word_list, int history_size) {
  choose_locale();
  copy_words(word_list);
  history_list = history_init();
  editor = el_init(program, stdin, stdout, stderr);
  if (history_list == NULL || editor == NULL) return false;

  HistEvent event;
  history(history_list, &event, H_SETSIZE, history_size);
  history(history_list, &event, H_SETUNIQUE, 1);
  el_set(editor, EL_PROMPT, prompt);
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_HIST, history, history_list);
  el_set(editor, EL_ADDFN, "memq-give-up", "Give the line up", give_up_line);
  el_set(editor, EL_ADDFN, "memq-complete", "Complete a word", complete_word);
  el_set(editor, EL_ADDFN, "memq-suspend", "Stop the process", suspend);
  el_set(editor, EL_BIND, "\t", "memq-complete", NULL);
  el_set(editor, EL_BIND, "^C", "memq-give-up", NULL);
  el_set(editor, EL_BIND, "^Z", "memq-suspend", NULL);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
  el_source(editor, NULL);
  // No signals from the keyboard while editing: Ctrl-C and Ctrl-Z arrive as keys.
  el_set(editor, EL_SETTY, "-d", "-isig", NULL);
  return true;
}

// MARK: Reading

line_editor_outcome line_editor_read(const char *prompt_for_line, const char **line) {
  *line = "";
  if (editor == NULL) return LINE_EDITOR_END;
  prompt_text = prompt_for_line;
  interrupted = false;
  // Before the prompt, so that no key typed after it is a signal.
  el_set(editor, EL_PREP_TERM, 1);
  int count = 0;
  const char *text = el_gets(editor, &count);
  if (interrupted) {
    fputs("^C\n", stdout);
    fflush(stdout);
    return LINE_EDITOR_INTERRUPTED;
  }
  if (text == NULL || count <= 0) return LINE_EDITOR_END;

  free(line_text);
  line_text = strdup(text);
  if (line_text == NULL) return LINE_EDITOR_END;
  line_text[strcspn(line_text, "\r\n")] = '\0';
  *line = line_text;
  return LINE_EDITOR_LINE;
}

// MARK: History

void line_editor_remember(const char *line) {
  HistEvent event;
  if (history_list != NULL) history(history_list, &event, H_ENTER, line);
}

void line_editor_load_history(const char *path) {
  HistEvent event;
  if (history_list != NULL) history(history_list, &event, H_LOAD, path);
}

bool line_editor_save_history(const char *path) {
  if (history_list == NULL) return false;
  // Queries may name private things; libedit would create the file by the process's mask.
  int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return false;
  close(file);
  HistEvent event;
  return history(history_list, &event, H_SAVE, path) >= 0;
}

void line_editor_close(void) {
  if (editor != NULL) el_end(editor);
  if (history_list != NULL) history_end(history_list);
  editor = NULL;
  history_list = NULL;
}
