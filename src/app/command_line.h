#pragma once

#include <span>

#include "console/files.h"

namespace tollgate::app {

/// The program: `serve` (also without a word), `check`, `version`, `user`. @return the process's exit code: 0, 1 when
/// something failed, 2 when the command line or the configuration is wrong.
/// @param console_files  Of the console that `serve` shows.
int run_command_line(int argc, char** argv, std::span<const console::File> console_files);

}  // namespace tollgate::app
