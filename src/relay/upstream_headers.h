#pragma once

#include <span>
#include <string_view>

#include "catalog/catalog.h"
#include "http/message.h"

namespace tollgate::relay {

/// Fills `out` anew with what a request to the upstream carries: the key's and the provider's fields, those of the
/// client's that the provider lets through, and what every JSON request has.
/// @param client     The client's fields; null when nothing may be passed on (another dialect).
/// @param forwarded  Names that may be, in lower case.
void upstream_headers(http::HeaderBlock& out, const catalog::UpstreamHeaders& own, const http::Headers* client,
                      std::span<const std::string_view> forwarded);

}  // namespace tollgate::relay
