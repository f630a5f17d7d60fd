#include <cstring>
#include <string>
#include <vector>

#include "fuzz_support.h"
#include "json/scan.h"
#include "json/splice.h"
#include "json/value.h"

namespace {

using namespace tollgate;
using fuzz::demand;

/// Without escapes, which the scan does not look into, it must agree with the tree parser.
std::string without_escapes(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; (at = out.find('\\', at)) != std::string::npos;) {
    out[at] = 'x';
    if (at + 1 < out.size() && (out[at + 1] == '"' || out[at + 1] == '\\')) out[at + 1] = 'x';
  }
  return out;
}

std::string spliced(std::string_view body, std::vector<json::Edit> edits) {
  std::vector<std::string_view> views;
  json::splice(body, edits, views);
  std::string out;
  for (const std::string_view view : views) out += view;
  demand(out.size() == json::spliced_size(body, edits));
  return out;
}

/// What the edits make of a body must be what they would make of its tree.
void check_edits(std::string_view body, const json::Envelope& envelope, const json::object& tree) {
  json::object renamed = tree;
  renamed["model"] = "other \"name\"";
  const auto got = json::parse_object(spliced(body, {json::set_model(envelope, "other \"name\"")}));
  demand(got.has_value() && *got == renamed);

  std::vector<json::Edit> edits;
  json::ask_usage(body, envelope, edits);
  const auto asking = json::parse_object(spliced(body, edits));
  demand(asking.has_value());
  const json::object* options = json::find_object(*asking, "stream_options");
  demand(options != nullptr && options->at("include_usage") == true);

  edits.clear();
  json::remove_member(envelope.stream_options, edits);
  json::remove_member(envelope.max_tokens_member, edits);
  json::remove_member(envelope.stream_member, edits);
  json::object rest = tree;
  rest.erase("stream_options");
  rest.erase("max_tokens");
  rest.erase("stream");
  const auto removed = json::parse_object(spliced(body, edits));
  demand(removed.has_value() && *removed == rest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<char> padded(size + json::kScanPadding, '}');
  if (size != 0) std::memcpy(padded.data(), data, size);
  const std::string_view text(padded.data(), size);

  const auto scanned = json::scan_envelope(text);
  const auto tree = json::parse(text);
  const bool is_object = tree && tree->is_object();
  if (is_object) {
    // Refused only for a member that it reads.
    demand(scanned || scanned.error().code() == ErrorCode::invalid_request ||
           scanned.error().message().find("escape") != std::string::npos);
    for (const auto& member : tree->get_object()) {
      const json::Span found = json::find_member(text, {member.key().data(), member.key().size()});
      demand(static_cast<bool>(found));
      const auto value = json::parse(found.of(text));
      demand(value && *value == member.value());
    }
  } else if (scanned) {
    const auto plain = json::parse(without_escapes(text));
    demand(plain || plain.error().message().find("exponent") != std::string::npos);
  }
  if (scanned && is_object) {
    const json::object& object = tree->get_object();
    const json::value* model = object.if_contains("model");
    demand(scanned->has_model == (model != nullptr));
    if (model != nullptr) demand(scanned->model == json::view(model->as_string()));
    const json::value* stream = object.if_contains("stream");
    demand(scanned->stream == (stream != nullptr && *stream == true));
    check_edits(text, *scanned, object);
  }
  const json::PromptSize prompt = json::measure_prompt(text);
  demand(prompt.text_bytes <= size);
  return 0;
}
