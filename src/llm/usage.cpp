#include "llm/usage.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "json/keys.h"

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

/// The counts of a tree.
class TreeCounts {
 public:
  explicit TreeCounts(const json::object* from) : from_(from) {}
  [[nodiscard]] bool there() const { return from_ != nullptr; }
  [[nodiscard]] Count count(std::string_view key) const { return count_at(*from_, key); }
  [[nodiscard]] TreeCounts inner(std::string_view key) const { return TreeCounts(json::find_object(*from_, key)); }

 private:
  const json::object* from_;
};

/// The first of the spellings that is there.
template <class Counts>
Count count_of(const Counts& from, std::string_view key, std::string_view other) {
  const Count found = from.count(key);
  return found ? found : from.count(other);
}

template <class Counts>
Counts details_of(const Counts& from, std::string_view key, std::string_view other) {
  const Counts found = from.inner(key);
  return found.there() ? found : from.inner(other);
}

/// What text tokens alone come to.
std::int64_t text_input(const Usage& usage) {
  return usage.input_uncached.value_or(0) + usage.input_audio.value_or(0) + usage.input_image.value_or(0);
}

/// The counts of a text, without a tree: an object whose members are scalars or objects of scalars, as every known
/// `usage` is. Anything else is left to the tree.
class FlatCounts {
 public:
  /// @return false if the text is not of that kind; it may be good JSON all the same.
  bool read(std::string_view text);

  class View {
   public:
    View(const FlatCounts* of, int parent) : of_(of), parent_(parent) {}
    [[nodiscard]] bool there() const { return parent_ != kNowhere; }
    [[nodiscard]] Count count(std::string_view key) const {
      // Of members that occur twice the last one counts, as in the trees.
      for (std::size_t i = of_->size_; i-- > 0;) {
        const Entry& entry = of_->entries_[i];
        if (entry.parent != parent_ || entry.key != key) continue;
        return entry.value >= 0 ? Count(entry.value) : std::nullopt;
      }
      return std::nullopt;
    }
    [[nodiscard]] View inner(std::string_view key) const {
      for (std::size_t i = of_->size_; i-- > 0;) {
        const Entry& entry = of_->entries_[i];
        if (entry.parent != kTop || entry.key != key) continue;
        return View(of_, entry.value == kObject ? static_cast<int>(i) : kNowhere);
      }
      return View(of_, kNowhere);
    }

   private:
    const FlatCounts* of_;
    int parent_;
  };
  [[nodiscard]] View top() const { return View(this, kTop); }

 private:
  static constexpr int kTop = -1, kNowhere = -2;
  static constexpr std::int64_t kNoCount = -1, kObject = -2;
  struct Entry {
    std::string_view key;
    std::int64_t value;
    int parent;
  };

  void blanks() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  bool eat(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool string(std::string_view& inside);
  bool object(int parent);
  bool scalar(std::int64_t& value);

  std::array<Entry, 48> entries_;
  std::size_t size_ = 0;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
};

bool FlatCounts::read(std::string_view text) {
  size_ = 0;
  at_ = text.data();
  end_ = at_ + text.size();
  blanks();
  if (!object(kTop)) return false;
  blanks();
  return at_ == end_;
}

bool FlatCounts::string(std::string_view& inside) {
  if (!eat('"')) return false;
  const char* const begin = at_;
  for (; at_ < end_; ++at_) {
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"') {
      inside = {begin, static_cast<std::size_t>(at_ - begin)};
      ++at_;
      return true;
    }
    // Escapes and what may be bad UTF-8 are for the tree's parser.
    if (c < 0x20 || c >= 0x80 || c == '\\') return false;
  }
  return false;
}

bool FlatCounts::scalar(std::int64_t& value) {
  value = kNoCount;
  for (const std::string_view literal : {"null", "true", "false"}) {
    if (at_ < end_ && *at_ == literal[0]) {
      if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(literal)) return false;
      at_ += literal.size();
      return true;
    }
  }
  // Whole numbers only; whatever else numbers can be is rare here.
  const char* const begin = at_;
  std::int64_t number = 0;
  while (at_ < end_ && *at_ >= '0' && *at_ <= '9' && at_ - begin < 18) number = number * 10 + (*at_++ - '0');
  if (at_ == begin || (at_ - begin > 1 && *begin == '0')) return false;
  if (at_ < end_ && ((*at_ >= '0' && *at_ <= '9') || *at_ == '.' || *at_ == 'e' || *at_ == 'E')) return false;
  if (number <= kMaxTokenCount) value = number;
  return true;
}

bool FlatCounts::object(int parent) {
  if (!eat('{')) return false;
  blanks();
  if (eat('}')) return true;
  while (true) {
    if (size_ == entries_.size()) return false;
    const std::size_t place = size_++;
    Entry& entry = entries_[place];
    entry = {.key = {}, .value = kNoCount, .parent = parent};
    if (!string(entry.key)) return false;
    blanks();
    if (!eat(':')) return false;
    blanks();
    if (at_ == end_) return false;
    if (*at_ == '{') {
      entry.value = kObject;
      if (parent != kTop || !object(static_cast<int>(place))) return false;
    } else if (*at_ == '"') {
      std::string_view ignored;
      if (!string(ignored)) return false;
    } else if (!scalar(entry.value)) {
      return false;
    }
    blanks();
    if (eat('}')) return true;
    if (!eat(',')) return false;
    blanks();
  }
}

template <class Counts>
Usage read_openai(const Counts& usage) {
  Usage out;
  Count prompt = count_of(usage, "prompt_tokens", "input_tokens");
  const Count completion = count_of(usage, "completion_tokens", "output_tokens");
  const Count total = usage.count("total_tokens");
  // Embeddings of some providers have nothing but a total.
  if (!prompt && !completion) prompt = total;

  if (const Counts details = details_of(usage, "prompt_tokens_details", "input_tokens_details"); details.there()) {
    out.cache_read = details.count("cached_tokens");
    out.cache_write_5m = details.count("cache_write_tokens");
    out.input_audio = details.count("audio_tokens");
    out.input_image = details.count("image_tokens");
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

  if (const Counts details = details_of(usage, "completion_tokens_details", "output_tokens_details"); details.there()) {
    out.reasoning = details.count("reasoning_tokens");
    out.output_audio = details.count("audio_tokens");
    out.output_image = details.count("image_tokens");
  }
  if (!out.reasoning) out.reasoning = usage.count("reasoning_tokens");
  if (completion) {
    std::int64_t rest = *completion;
    // Where the total counts the reasoning beside the completion, the completion leaves it out.
    if (out.reasoning && total && *total == prompt.value_or(0) + *completion + *out.reasoning) rest += *out.reasoning;
    take(rest, out.output_audio);
    take(rest, out.output_image);
    out.output = rest;
    if (out.reasoning) out.reasoning = std::min(*out.reasoning, rest);
  }
  out.web_searches = usage.count("num_search_queries");
  return out;
}

template <class Counts>
Usage read_claude(const Counts& usage) {
  Usage out;
  out.input_uncached = usage.count("input_tokens");
  out.cache_read = usage.count("cache_read_input_tokens");
  out.output = usage.count("output_tokens");
  const Count written = usage.count("cache_creation_input_tokens");
  if (const Counts lives = usage.inner("cache_creation"); lives.there()) {
    out.cache_write_5m = lives.count("ephemeral_5m_input_tokens");
    out.cache_write_1h = lives.count("ephemeral_1h_input_tokens");
  }
  if (written) {
    // What the lives do not explain has an unstated one.
    const std::int64_t explained = out.cache_write_5m.value_or(0) + out.cache_write_1h.value_or(0);
    if (*written > explained || !out.cache_write_5m) {
      out.cache_write_5m = out.cache_write_5m.value_or(0) + std::max<std::int64_t>(0, *written - explained);
    }
  }
  if (const Counts tools = usage.inner("server_tool_use"); tools.there()) {
    out.web_searches = tools.count("web_search_requests");
  }
  return out;
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

Usage read_openai_usage(const json::object& usage) { return read_openai(TreeCounts(&usage)); }

Usage read_claude_usage(const json::object& usage) { return read_claude(TreeCounts(&usage)); }

std::optional<Usage> read_usage_text(std::string_view text, UsageReader reader) {
  if (reader == &read_openai_usage || reader == &read_claude_usage) {
    FlatCounts counts;
    if (counts.read(text)) {
      return reader == &read_openai_usage ? read_openai(counts.top()) : read_claude(counts.top());
    }
  }
  json::SmallTree tree;
  const json::object* object = tree.parse_object(text);
  if (object == nullptr) return std::nullopt;
  return reader(*object);
}

bool read_usage_at(std::string_view text, UsageReader reader, Usage& usage) {
  const std::string_view span = json::object_at_start(text);
  if (span.empty()) return false;
  const auto read = read_usage_text(span, reader);
  if (!read) return false;
  usage.overlay(*read);
  return !usage.empty();
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
