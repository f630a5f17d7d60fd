#include <cstdint>

#include "fuzz_support.h"
#include "json/value.h"
#include "llm/usage.h"

namespace {

using namespace tollgate;
using fuzz::demand;

void check(const llm::Usage& usage) {
  for (const auto& count :
       {usage.input_uncached, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h, usage.input_audio,
        usage.input_image, usage.output, usage.reasoning, usage.output_audio, usage.output_image, usage.web_searches}) {
    demand(!count || (*count >= 0 && *count <= 3 * llm::kMaxTokenCount));
  }
  demand(usage.total() >= 0);
  if (usage.reasoning && usage.output) demand(*usage.reasoning <= *usage.output);
}

}  // namespace

// Counts are never negative nor beyond what can be counted, parts never exceed their totals, and each spelling keeps
// the sums.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto object = json::parse_object(text);
  const auto from_text = llm::read_usage_text(text, &llm::read_openai_usage);
  demand(from_text.has_value() == object.has_value());
  if (!object) return 0;
  demand(*from_text == llm::read_openai_usage(*object));
  demand(llm::read_usage_text(text, &llm::read_claude_usage) == llm::read_claude_usage(*object));
  llm::Usage openai = llm::read_openai_usage(*object);
  const llm::Usage claude = llm::read_claude_usage(*object);
  check(openai);
  check(claude);
  if (const auto prompt = llm::count_at(*object, "prompt_tokens")) demand(openai.input_total() == *prompt);
  for (const llm::Usage& usage : {openai, claude}) {
    const llm::Usage again = llm::read_openai_usage(llm::openai_usage_json(usage));
    if (usage.total() <= llm::kMaxTokenCount) {
      demand(again.input_total() == usage.input_total());
      demand(again.output_total() == usage.output_total());
    }
    (void)llm::claude_usage_json(usage);
  }
  openai.overlay(claude);
  check({.input_uncached = openai.input_uncached,
         .cache_read = openai.cache_read,
         .cache_write_5m = openai.cache_write_5m,
         .cache_write_1h = openai.cache_write_1h,
         .input_audio = openai.input_audio,
         .input_image = openai.input_image,
         .output = openai.output,
         .reasoning = {},
         .output_audio = openai.output_audio,
         .output_image = openai.output_image,
         .web_searches = openai.web_searches});
  return 0;
}
