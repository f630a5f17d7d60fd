#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/scan.h"

namespace tollgate::json {

/// One change of a text: `length` bytes at `offset` become `replacement`. Length 0 inserts.
struct Edit {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string replacement;
};

/// Appends the edited text as views: into `body` around the edits, and into the edits' replacements. Both must outlive
/// the views. Edits must not overlap; their order does not matter (they are sorted in place). No view is empty.
void splice(std::string_view body, std::vector<Edit>& edits, std::vector<std::string_view>& out);
[[nodiscard]] std::size_t spliced_size(std::string_view body, std::span<const Edit> edits);

/// The edits that same-dialect forwarding needs. Each leaves every other byte as it is.
[[nodiscard]] Edit set_model(const Envelope& envelope, std::string_view model);
/// Makes the upstream report usage at the end of a stream; nothing if the body asks for it already.
void ask_usage(std::string_view body, const Envelope& envelope, std::vector<Edit>& edits);
/// Takes a member out, with one comma; nothing if it is not there.
void remove_member(const MemberSpan& member, std::vector<Edit>& edits);
/// Adds a member (`"key":value`, already JSON) as the first one.
[[nodiscard]] Edit insert_member(const Envelope& envelope, std::string_view key, std::string_view json_value);

}  // namespace tollgate::json
