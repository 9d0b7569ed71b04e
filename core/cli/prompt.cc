#include "core/cli/prompt.hh"

#include <fcntl.h>
#include <unistd.h>

#include "core/cli/line_editor.hh"
#include "core/cli/program.hh"

namespace flowbed {

void run_prompt(Shell& shell) {
  Context& context = shell.context();
  const auto stop = [&] { return shell.ended(); };
  if (shell.settings().interactive) {
    LineEditor editor(
        context.loop, context.output, kPrompt,
        {[&](std::string_view line) { return shell.complete(line); }, stop, context.typed_ahead});
    shell.run(editor);
  } else {
    FileLines lines(context.loop, FileDescriptor(STDIN_FILENO), stop);
    shell.run_script(lines);
  }
}

void run_file(Shell& shell, const std::string& path) {
  FileLines lines(shell.context().loop, open_file(path, O_RDONLY), [&] { return shell.ended(); });
  shell.run_script(lines);
}

}  // namespace flowbed
