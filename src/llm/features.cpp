#include "llm/features.h"

#include <array>

namespace tollgate::llm {
namespace {

struct Name {
  Feature feature;
  std::string_view words;
};

constexpr std::array kNames{
    Name{Feature::tools, "tools"},
    Name{Feature::images, "images"},
    Name{Feature::audio_input, "audio input"},
    Name{Feature::audio_output, "audio output"},
    Name{Feature::files, "files"},
    Name{Feature::several_choices, "several choices"},
    Name{Feature::json_schema, "a JSON schema for the answer"},
    Name{Feature::json_object, "JSON answers"},
    Name{Feature::reasoning, "reasoning"},
    Name{Feature::server_tools, "tools run by the provider"},
    Name{Feature::custom_tools, "custom tools"},
    Name{Feature::token_logprobs, "log probabilities"},
};

consteval bool names_match_bits() {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (static_cast<std::uint32_t>(kNames[i].feature) != 1u << i) return false;
  }
  return true;
}
static_assert(names_match_bits(), "every feature has its words, in the order of the bits");

}  // namespace

std::string feature_names(Features features) {
  std::string out;
  for (const Name& name : kNames) {
    if (!features.has(name.feature)) continue;
    if (!out.empty()) out += ", ";
    out += name.words;
  }
  return out;
}

}  // namespace tollgate::llm
