#include <CLI/CLI.hpp>

#include "config/loader.h"

namespace tollgate::config {

void add_flags(CLI::App& app, Inputs& inputs) {
  app.add_option_function<std::string>(
         "--config",
         [&inputs](const std::string& path) {
           inputs.file = path;
           inputs.file_required = true;
         },
         "YAML file to read (config.yaml, which may be absent)")
      ->type_name("FILE");
  for (const Row& r : rows()) {
    if (r.flag.empty()) continue;
    std::string help(r.doc);
    if (!r.fallback.empty()) help += " (" + std::string(r.fallback) + ")";
    app.add_option_function<std::string>(
           std::string(r.flag),
           [&inputs, key = std::string(r.key)](const std::string& text) { inputs.flags[key] = text; }, help)
        ->type_name("VALUE");
  }
  app.add_option_function<std::vector<std::string>>(
         "--set",
         [&inputs](const std::vector<std::string>& pairs) {
           for (const std::string& pair : pairs) {
             const auto equals = pair.find('=');
             if (equals == std::string::npos || equals == 0) {
               throw CLI::ValidationError("--set", "needs key=value");
             }
             inputs.flags[pair.substr(0, equals)] = pair.substr(equals + 1);
           }
         },
         "Any setting, as key=value; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

}  // namespace tollgate::config
