#pragma once

#include <span>

#include "config/loader.h"
#include "console/files.h"

namespace tollgate::app {

/// Runs the gateway until SIGTERM or SIGINT: drains, and at the second signal cuts. SIGHUP reads the configuration
/// again and reopens the log. @return the process's exit code.
int serve(config::Inputs inputs, config::Settings settings, std::span<const console::File> console_files);

}  // namespace tollgate::app
