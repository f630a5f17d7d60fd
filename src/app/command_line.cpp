#include "app/command_line.h"

#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/gateway.h"
#include "app/operations.h"
#include "app/serve.h"
#include "config/loader.h"

namespace tollgate::app {
namespace {

constexpr int kWrongInput = 2;

void print_problems(const config::Loaded& loaded) {
  for (const config::Problem& problem : loaded.problems) {
    const bool error = problem.severity == config::Problem::Severity::error;
    fmt::print(stderr, "{}: {}\n", error ? "error" : "warning", problem.text());
  }
}

int check(const config::Loaded& loaded) {
  print_problems(loaded);
  if (!loaded.ok()) return kWrongInput;
  fmt::print("The configuration is valid.\n");
  return 0;
}

}  // namespace

int run_command_line(int argc, char** argv, std::span<const console::File> console_files) {
  CLI::App app("Tollgate: one endpoint and one key in front of every AI provider.", "tollgate");
  app.set_version_flag("--version", std::string(kVersion));
  app.fallthrough();
  config::Inputs inputs;
  config::add_flags(app, inputs);
  CLI::App* serve_command = app.add_subcommand("serve", "Starts the gateway (also without a command)");
  CLI::App* check_command = app.add_subcommand("check", "Checks the whole configuration and says what is wrong");
  CLI::App* version_command = app.add_subcommand("version", "Prints the version");
  app.require_subcommand(0, 1);
  (void)serve_command;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return code == 0 ? 0 : kWrongInput;
  }
  if (version_command->parsed()) {
    fmt::print("tollgate {}\n", kVersion);
    return 0;
  }
  inputs.environment = config::process_environment();
  const config::Loaded loaded = config::load(inputs);
  if (check_command->parsed()) return check(loaded);
  print_problems(loaded);
  if (!loaded.ok()) return kWrongInput;
  return serve(std::move(inputs), loaded.settings, console_files);
}

}  // namespace tollgate::app
