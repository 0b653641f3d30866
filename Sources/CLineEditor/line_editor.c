#include "line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

static EditLine *editor;
static History *history_list;
static const char *prompt_text = "";
static char *line_text;
static bool interrupted;
static line_editor_completer completer;

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

// Lists candidates in columns that fit the terminal.
static void list_words(char **matches, size_t count) {
  struct winsize size;
  size_t width = 80, widest = 0;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) width = size.ws_col;
  size_t shown = count > 100 ? 100 : count;
  for (size_t i = 0; i < shown; i++) {
    size_t length = strlen(matches[i]);
    if (length > widest) widest = length;
  }
  size_t columns = width / (widest + 2);
  if (columns == 0) columns = 1;
  putchar('\n');
  for (size_t i = 0; i < shown; i++) {
    bool ends = (i + 1) % columns == 0 || i + 1 == shown;
    if (ends) printf("%s\n", matches[i]);
    else printf("%-*s", (int)(widest + 2), matches[i]);
  }
  if (shown < count) printf("and %zu more\n", count - shown);
  fflush(stdout);
}

static size_t common_length(char **matches, size_t count) {
  size_t length = strlen(matches[0]);
  for (size_t i = 1; i < count; i++) {
    size_t same = 0;
    while (same < length && matches[0][same] == matches[i][same]) same++;
    length = same;
  }
  // Never half a character.
  while (length > 0 && ((unsigned char)matches[0][length] & 0xC0) == 0x80) length--;
  return length;
}

// Puts the completion in place of what was typed.
static unsigned char insert(EditLine *line, size_t typed, const char *text, size_t length, bool ends) {
  char *word = malloc(length + 2);
  if (word == NULL) return CC_ERROR;
  memcpy(word, text, length);
  word[length] = ends ? ' ' : '\0';
  word[length + 1] = '\0';
  if (typed > 0) el_deletestr(line, (int)typed);
  int failed = el_insertstr(line, word);
  free(word);
  return failed == 0 ? CC_REFRESH : CC_ERROR;
}

static unsigned char choose(EditLine *line, size_t typed, char *list) {
  size_t lines = 1;
  for (const char *c = list; *c; c++) lines += *c == '\n';
  char **matches = malloc(lines * sizeof *matches);
  if (matches == NULL) return CC_ERROR;
  size_t count = 0;
  char *rest = list;
  for (char *word; (word = strsep(&rest, "\n")) != NULL;)
    if (*word) matches[count++] = word;
  unsigned char result = CC_ERROR;
  if (count > 0) {
    size_t length = common_length(matches, count);
    if (count == 1) {
      bool goes_on = length > 0 && matches[0][length - 1] == '/';
      result = insert(line, typed, matches[0], length, !goes_on);
    } else if (length > typed) {
      result = insert(line, typed, matches[0], length, false);
    } else {
      list_words(matches, count);
      result = CC_REDISPLAY;
    }
  }
  free(matches);
  return result;
}

static unsigned char complete_word(EditLine *line, int key) {
  (void)key;
  if (completer == NULL) return CC_ERROR;
  const LineInfo *info = el_line(line);
  char *answer = completer(info->buffer, (size_t)(info->cursor - info->buffer));
  if (answer == NULL) return CC_ERROR;
  char *list = NULL;
  size_t typed = strtoul(answer, &list, 10);
  unsigned char result = CC_ERROR;
  if (*list == '\n' && typed <= (size_t)(info->cursor - info->buffer))
    result = choose(line, typed, list + 1);
  free(answer);
  return result;
}

// MARK: Setting up

// Editing needs to know where characters end; without a UTF-8 locale take the built-in one.
static void choose_locale(void) {
  if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
    setlocale(LC_CTYPE, "C.UTF-8");
}

bool line_editor_open(const char *program, line_editor_completer complete, int history_size) {
  choose_locale();
  completer = complete;
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

bool line_editor_append_history(const char *path, const char *line, int history_size) {
  // Queries may name private things; libedit would create the file by the process's mask.
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return false;
  // Several shells keep one history: each adds its line to what the others wrote.
  flock(file, LOCK_EX);
  HistEvent event;
  History *merged = history_init();
  bool isWritten = false;
  if (merged != NULL) {
    history(merged, &event, H_SETSIZE, history_size);
    history(merged, &event, H_SETUNIQUE, 1);
    history(merged, &event, H_LOAD, path);
    history(merged, &event, H_ENTER, line);
    isWritten = history(merged, &event, H_SAVE, path) >= 0;
    history_end(merged);
  }
  flock(file, LOCK_UN);
  close(file);
  return isWritten;
}

bool line_editor_has_more(void) {
  struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&wait, 1, 15) > 0 && (wait.revents & POLLIN) != 0;
}

void line_editor_close(void) {
  if (editor != NULL) el_end(editor);
  if (history_list != NULL) history_end(history_list);
  editor = NULL;
  history_list = NULL;
}
