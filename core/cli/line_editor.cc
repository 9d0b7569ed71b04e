#include "core/cli/line_editor.hh"

#include <cwchar>

#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/cli/history.hh"
#include "core/cli/signals.hh"
#include "core/cli/table.hh"
#include "core/cli/terminal.hh"
#include "core/cli/words.hh"

namespace flowbed {
namespace {

// Keys that we press ourselves, from signals and messages; bound to the functions below.
constexpr wchar_t kCancelKey = 3;   // Ctrl-C
constexpr wchar_t kRedrawKey = 29;  // Ctrl-]

void clear_prompt_line() { write_all(STDOUT_FILENO, "\r\x1b[K"); }

std::string with_newline(std::string text) {
  return text.empty() || text.back() == '\n' ? text : text + "\r\n";
}

}  // namespace

class LineEditor::Impl {
 public:
  Impl(EventLoop& loop, Output& output, const std::string& prompt, Callbacks callbacks)
      : loop_(loop), output_(output), prompt_(prompt), callbacks_(std::move(callbacks)) {
    editor_ = el_init("flowbed", stdin, stdout, stderr);
    if (editor_ == nullptr) throw Error("cannot edit lines on this terminal");
    set_up_editor();
  }

  ~Impl() { el_end(editor_); }

  std::optional<std::string> next() {
    output_.redirect_messages([this](std::string_view text) { messages_ += text; });
    int length = 0;
    const char* text = el_gets(editor_, &length);
    output_.redirect_messages({});
    write_messages();
    if (text == nullptr || length <= 0) {
      write_all(STDOUT_FILENO, "\n");
      return std::nullopt;
    }
    std::string line = strip(std::string_view(text, static_cast<size_t>(length)));
    history_.add(line);
    return line;
  }

 private:
  static Impl& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<Impl*>(self);
  }

  void set_up_editor() {
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(
        editor_, EL_PROMPT, +[](EditLine* editor) { return of(editor).prompt_.data(); });
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_SIGNAL, 0);
    el_set(editor_, EL_HIST, history, history_.get());
    el_set(
        editor_, EL_GETCFN, +[](EditLine* editor, wchar_t* key) { return of(editor).get_key(key); });
    el_set(
        editor_, EL_ADDFN, "flowbed-complete", "complete",
        +[](EditLine* e, int) { return int{of(e).complete()}; });
    el_set(
        editor_, EL_ADDFN, "flowbed-cancel", "drop the line",
        +[](EditLine* e, int) { return int{of(e).cancel()}; });
    el_set(
        editor_, EL_ADDFN, "flowbed-redraw", "draw again", +[](EditLine*, int) { return CC_REDISPLAY; });
    el_set(editor_, EL_BIND, "^I", "flowbed-complete", NULL);
    el_set(editor_, EL_BIND, "^C", "flowbed-cancel", NULL);
    el_set(editor_, EL_BIND, "^]", "flowbed-redraw", NULL);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_set(editor_, EL_BIND, "\\e[3~", "ed-delete-next-char", NULL);
    el_set(editor_, EL_BIND, "\\e[1;5C", "em-next-word", NULL);
    el_set(editor_, EL_BIND, "\\e[1;5D", "ed-prev-word", NULL);
  }

  // 1: a key; 0: the end of the input.
  int get_key(wchar_t* key) {
    bool readable = false;
    const auto watch = loop_.watch(STDIN_FILENO, EPOLLIN, [&](uint32_t) { readable = true; });
    for (;;) {
      if (!messages_.empty()) return press(key, kRedrawKey);
      if (Signals::take(SIGINT)) return press(key, kCancelKey);
      if (Signals::take(SIGWINCH)) el_resize(editor_);
      if (callbacks_.stop()) return 0;
      if (readable || !callbacks_.typed_ahead.empty()) return read_key(key);
      loop_.turn();
    }
  }

  int press(wchar_t* key, wchar_t which) {
    write_messages();
    *key = which;
    return 1;
  }

  ssize_t read_byte(char& byte) {
    std::string& earlier = callbacks_.typed_ahead;
    if (earlier.empty()) return read(STDIN_FILENO, &byte, 1);
    byte = earlier.front();
    earlier.erase(0, 1);
    return 1;
  }

  int read_key(wchar_t* key) {
    std::mbstate_t state{};
    for (;;) {
      char byte = 0;
      const ssize_t n = read_byte(byte);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return 0;
      const size_t used = std::mbrtowc(key, &byte, 1, &state);
      if (used == static_cast<size_t>(-2)) continue;  // more bytes belong to it
      if (used == static_cast<size_t>(-1)) *key = static_cast<unsigned char>(byte);
      return 1;
    }
  }

  void write_messages() {
    if (messages_.empty()) return;
    clear_prompt_line();
    write_all(STDOUT_FILENO, with_newline(std::exchange(messages_, "")));
  }

  unsigned char cancel() {
    const LineInfo* line = el_line(editor_);
    el_cursor(editor_, static_cast<int>(line->lastchar - line->cursor));
    line = el_line(editor_);
    el_deletestr(editor_, static_cast<int>(line->lastchar - line->buffer));
    write_all(STDOUT_FILENO, "^C\r\n");
    el_insertstr(editor_, "\n");
    return CC_NEWLINE;
  }

  unsigned char complete() {
    const LineInfo* line = el_line(editor_);
    const std::string typed(line->buffer, line->cursor);
    const Completion completion = callbacks_.complete(typed);
    if (completion.candidates.empty()) return CC_REFRESH_BEEP;
    const std::string word = typed.substr(completion.start);
    std::string insert = common_prefix(completion.candidates).substr(word.size());
    const bool unique = completion.candidates.size() == 1;
    const std::string& only = completion.candidates.front();
    if (unique && !only.ends_with('/') && !only.ends_with('=')) insert += ' ';
    if (!insert.empty()) return el_insertstr(editor_, insert.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
    write_all(STDOUT_FILENO,
              "\n" + in_columns(completion.candidates, static_cast<size_t>(window_width(STDOUT_FILENO))));
    return CC_REDISPLAY;
  }

  EventLoop& loop_;
  Output& output_;
  std::string prompt_;
  Callbacks callbacks_;
  EditLine* editor_ = nullptr;
  LineHistory history_;
  std::string messages_;
};

LineEditor::LineEditor(EventLoop& loop, Output& output, const std::string& prompt, Callbacks callbacks)
    : impl_(std::make_unique<Impl>(loop, output, prompt, std::move(callbacks))) {}
LineEditor::~LineEditor() = default;
std::optional<std::string> LineEditor::next() { return impl_->next(); }

}  // namespace flowbed
