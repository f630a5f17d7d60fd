#include "json/splice.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "json/value.h"

namespace tollgate::json {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t skip_blanks(std::string_view body, std::size_t at) {
  while (at < body.size() && is_blank(body[at])) ++at;
  return at;
}

bool goes_before(const Edit& a, const Edit& b) {
  return a.offset != b.offset ? a.offset < b.offset : a.length == 0 && b.length != 0;
}

/// Members that stand side by side are cut with the same comma. Joins such cuts and takes the comma that would be left
/// over; what remains is edits that do not overlap.
void join_removals(std::string_view body, std::vector<Edit>& edits) {
  for (std::size_t i = 1; i < edits.size();) {
    Edit& before = edits[i - 1];
    const Edit& after = edits[i];
    const bool both_cut = before.replacement.empty() && after.replacement.empty() && before.length > 0;
    if (!both_cut || after.offset >= before.offset + before.length) {
      ++i;
      continue;
    }
    std::size_t from = before.offset;
    std::size_t to = std::max(before.offset + before.length, after.offset + after.length);
    std::size_t left = from;
    while (left > 0 && is_blank(body[left - 1])) --left;
    const std::size_t right = skip_blanks(body, to);
    const bool closes = right < body.size() && body[right] == '}';
    if (closes && left > 0 && body[left - 1] == ',') from = left - 1;
    before.offset = from;
    before.length = to - from;
    edits.erase(edits.begin() + static_cast<std::ptrdiff_t>(i));
    if (i > 1) --i;
  }
}

}  // namespace

void splice(std::string_view body, std::vector<Edit>& edits, std::vector<std::string_view>& out) {
  // Insertions first where something is cut too. There are few edits, and their order matters: no std::sort.
  for (std::size_t i = 1; i < edits.size(); ++i) {
    for (std::size_t j = i; j > 0 && goes_before(edits[j], edits[j - 1]); --j) std::swap(edits[j], edits[j - 1]);
  }
  join_removals(body, edits);
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    assert(edit.offset >= done && edit.offset + edit.length <= body.size());
    if (edit.offset > done) out.push_back(body.substr(done, edit.offset - done));
    if (!edit.replacement.empty()) out.emplace_back(edit.replacement);
    done = edit.offset + edit.length;
  }
  if (done < body.size()) out.push_back(body.substr(done));
}

std::size_t spliced_size(std::string_view body, std::span<const Edit> edits) {
  std::size_t size = body.size();
  for (const Edit& edit : edits) size += edit.replacement.size() - edit.length;
  return size;
}

Edit set_model(const Envelope& envelope, std::string_view model) {
  if (!envelope.has_model) return insert_member(envelope, "model", quote(model));
  return {.offset = envelope.model_member.value.offset,
          .length = envelope.model_member.value.length,
          .replacement = quote(model)};
}

void ask_usage(std::string_view body, const Envelope& envelope, std::vector<Edit>& edits) {
  if (envelope.asks_usage) return;
  if (!envelope.stream_options) {
    edits.push_back(insert_member(envelope, "stream_options", R"({"include_usage":true})"));
    return;
  }
  const Span options = envelope.stream_options.value;
  if (envelope.include_usage) {
    edits.push_back({envelope.include_usage.offset, envelope.include_usage.length, "true"});
  } else if (options.of(body).front() == '{') {
    const bool empty = body[skip_blanks(body, options.offset + 1)] == '}';
    edits.push_back({options.offset + 1, 0, empty ? R"("include_usage":true)" : R"("include_usage":true,)"});
  } else {
    edits.push_back({options.offset, options.length, R"({"include_usage":true})"});
  }
}

void remove_member(const MemberSpan& member, std::vector<Edit>& edits) {
  if (member) edits.push_back({.offset = member.removal.offset, .length = member.removal.length, .replacement = {}});
}

Edit insert_member(const Envelope& envelope, std::string_view key, std::string_view json_value) {
  Edit edit{.offset = envelope.after_brace, .length = 0, .replacement = {}};
  edit.replacement.reserve(key.size() + json_value.size() + 4);
  quote_to(key, edit.replacement);
  edit.replacement += ':';
  edit.replacement += json_value;
  if (!envelope.empty_object) edit.replacement += ',';
  return edit;
}

}  // namespace tollgate::json
