#pragma once

namespace tollgate::app {

/// The program: `serve` (also without a word), `check`, `version`, `user`. @return the process's exit code: 0, 1 when
/// something failed, 2 when the command line or the configuration is wrong.
int run_command_line(int argc, char** argv);

}  // namespace tollgate::app
