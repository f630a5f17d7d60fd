#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "console/files.h"

/// Which bytes of a file a browser gets. Pure.
namespace tollgate::console {

/// One form of a file.
struct Representation {
  std::string_view bytes;
  std::string_view encoding;  ///< Content-Encoding; empty for the plain bytes
  std::string etag;           ///< strong, with its quotes; another one for each encoding
};

/// What the browser likes best of what there is; of two that it likes the same, the smaller. Plain bytes are what
/// remains, also where it refuses even those.
/// @param accept_encoding  The header field; empty if there is none.
[[nodiscard]] Representation choose(const File& file, std::string_view accept_encoding);

/// Whether If-None-Match names the entity tag, strong or weak, or is `*`.
[[nodiscard]] bool names_etag(std::string_view if_none_match, std::string_view etag);

/// Whether an Accept field lets a page be answered; an empty one lets everything.
[[nodiscard]] bool accepts_html(std::string_view accept);

}  // namespace tollgate::console
