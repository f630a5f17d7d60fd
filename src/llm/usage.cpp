#include "llm/usage.h"

#include <algorithm>
#include <cmath>

namespace tollgate::llm {
namespace {

using Count = std::optional<std::int64_t>;

void replace(Count& known, const Count& newer) {
  if (newer) known = newer;
}

/// Takes a part out of a total, so that the counts stay disjoint even if a provider's do not add up.
void take(std::int64_t& rest, Count& part) {
  if (!part) return;
  part = std::min(*part, rest);
  rest -= *part;
}

/// The first of the spellings that is there.
Count count_of(const json::object& from, std::string_view key, std::string_view other) {
  const Count found = count_at(from, key);
  return found ? found : count_at(from, other);
}

const json::object* details_of(const json::object& from, std::string_view key, std::string_view other) {
  const json::object* found = json::find_object(from, key);
  return found != nullptr ? found : json::find_object(from, other);
}

/// What text tokens alone come to.
std::int64_t text_input(const Usage& usage) {
  return usage.input_uncached.value_or(0) + usage.input_audio.value_or(0) + usage.input_image.value_or(0);
}

}  // namespace

std::int64_t Usage::input_total() const {
  return input_uncached.value_or(0) + cache_read.value_or(0) + cache_write_5m.value_or(0) + cache_write_1h.value_or(0) +
         input_audio.value_or(0) + input_image.value_or(0);
}

std::int64_t Usage::output_total() const {
  return output.value_or(0) + output_audio.value_or(0) + output_image.value_or(0);
}

void Usage::overlay(const Usage& newer) {
  // A write of unstated life is a total of both lives when the longer one is known already.
  if (newer.cache_write_5m && !newer.cache_write_1h && cache_write_1h) {
    cache_write_5m = std::max<std::int64_t>(0, *newer.cache_write_5m - *cache_write_1h);
  } else {
    replace(cache_write_5m, newer.cache_write_5m);
    replace(cache_write_1h, newer.cache_write_1h);
  }
  replace(input_uncached, newer.input_uncached);
  replace(cache_read, newer.cache_read);
  replace(input_audio, newer.input_audio);
  replace(input_image, newer.input_image);
  replace(output, newer.output);
  replace(reasoning, newer.reasoning);
  replace(output_audio, newer.output_audio);
  replace(output_image, newer.output_image);
  replace(web_searches, newer.web_searches);
}

std::optional<std::int64_t> count_at(const json::object& from, std::string_view key) {
  const json::value* found = json::find(from, key);
  if (found == nullptr) return std::nullopt;
  if (const std::int64_t* number = found->if_int64()) {
    if (*number >= 0 && *number <= kMaxTokenCount) return *number;
  } else if (const double* real = found->if_double()) {
    if (*real >= 0 && *real <= static_cast<double>(kMaxTokenCount) && std::trunc(*real) == *real) {
      return static_cast<std::int64_t>(*real);
    }
  }
  return std::nullopt;
}

Usage read_openai_usage(const json::object& usage) {
  Usage out;
  Count prompt = count_of(usage, "prompt_tokens", "input_tokens");
  const Count completion = count_of(usage, "completion_tokens", "output_tokens");
  const Count total = count_at(usage, "total_tokens");
  // Embeddings of some providers have nothing but a total.
  if (!prompt && !completion) prompt = total;

  if (const json::object* details = details_of(usage, "prompt_tokens_details", "input_tokens_details")) {
    out.cache_read = count_at(*details, "cached_tokens");
    out.cache_write_5m = count_at(*details, "cache_write_tokens");
    out.input_audio = count_at(*details, "audio_tokens");
    out.input_image = count_at(*details, "image_tokens");
  }
  if (!out.cache_read) out.cache_read = count_of(usage, "prompt_cache_hit_tokens", "cached_tokens");
  if (prompt) {
    std::int64_t rest = *prompt;
    take(rest, out.cache_read);
    take(rest, out.cache_write_5m);
    take(rest, out.input_audio);
    take(rest, out.input_image);
    out.input_uncached = rest;
  }

  if (const json::object* details = details_of(usage, "completion_tokens_details", "output_tokens_details")) {
    out.reasoning = count_at(*details, "reasoning_tokens");
    out.output_audio = count_at(*details, "audio_tokens");
    out.output_image = count_at(*details, "image_tokens");
  }
  if (!out.reasoning) out.reasoning = count_at(usage, "reasoning_tokens");
  if (completion) {
    std::int64_t rest = *completion;
    // Where the total counts the reasoning beside the completion, the completion leaves it out.
    if (out.reasoning && total && *total == prompt.value_or(0) + *completion + *out.reasoning) rest += *out.reasoning;
    take(rest, out.output_audio);
    take(rest, out.output_image);
    out.output = rest;
    if (out.reasoning) out.reasoning = std::min(*out.reasoning, rest);
  }
  out.web_searches = count_at(usage, "num_search_queries");
  return out;
}

Usage read_claude_usage(const json::object& usage) {
  Usage out;
  out.input_uncached = count_at(usage, "input_tokens");
  out.cache_read = count_at(usage, "cache_read_input_tokens");
  out.output = count_at(usage, "output_tokens");
  const Count written = count_at(usage, "cache_creation_input_tokens");
  if (const json::object* lives = json::find_object(usage, "cache_creation")) {
    out.cache_write_5m = count_at(*lives, "ephemeral_5m_input_tokens");
    out.cache_write_1h = count_at(*lives, "ephemeral_1h_input_tokens");
  }
  if (written) {
    // What the lives do not explain has an unstated one.
    const std::int64_t explained = out.cache_write_5m.value_or(0) + out.cache_write_1h.value_or(0);
    if (*written > explained || !out.cache_write_5m) {
      out.cache_write_5m = out.cache_write_5m.value_or(0) + std::max<std::int64_t>(0, *written - explained);
    }
  }
  if (const json::object* tools = json::find_object(usage, "server_tool_use")) {
    out.web_searches = count_at(*tools, "web_search_requests");
  }
  return out;
}

json::object openai_usage_json(const Usage& usage) {
  json::object out{{"prompt_tokens", usage.input_total()},
                   {"completion_tokens", usage.output_total()},
                   {"total_tokens", usage.total()}};
  json::object prompt, completion;
  if (usage.cache_read) prompt["cached_tokens"] = *usage.cache_read;
  if (usage.cache_write_5m || usage.cache_write_1h) {
    prompt["cache_write_tokens"] = usage.cache_write_5m.value_or(0) + usage.cache_write_1h.value_or(0);
  }
  if (usage.input_audio) prompt["audio_tokens"] = *usage.input_audio;
  if (usage.input_image) prompt["image_tokens"] = *usage.input_image;
  if (usage.reasoning) completion["reasoning_tokens"] = *usage.reasoning;
  if (usage.output_audio) completion["audio_tokens"] = *usage.output_audio;
  if (usage.output_image) completion["image_tokens"] = *usage.output_image;
  if (!prompt.empty()) out["prompt_tokens_details"] = std::move(prompt);
  if (!completion.empty()) out["completion_tokens_details"] = std::move(completion);
  if (usage.web_searches) out["num_search_queries"] = *usage.web_searches;
  return out;
}

json::object claude_usage_json(const Usage& usage) {
  json::object out{{"input_tokens", text_input(usage)},
                   {"cache_creation_input_tokens", usage.cache_write_5m.value_or(0) + usage.cache_write_1h.value_or(0)},
                   {"cache_read_input_tokens", usage.cache_read.value_or(0)},
                   {"output_tokens", usage.output_total()}};
  if (usage.cache_write_1h) {
    out["cache_creation"] = json::object{{"ephemeral_5m_input_tokens", usage.cache_write_5m.value_or(0)},
                                         {"ephemeral_1h_input_tokens", *usage.cache_write_1h}};
  }
  if (usage.web_searches) out["server_tool_use"] = json::object{{"web_search_requests", *usage.web_searches}};
  return out;
}

}  // namespace tollgate::llm
