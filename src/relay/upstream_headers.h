#pragma once

#include <span>
#include <string_view>

#include "catalog/catalog.h"
#include "http/message.h"

namespace tollgate::relay {

/// What a request to the upstream carries: the key's and the provider's fields, those of the client's that the provider
/// lets through, and what every JSON request has. Usually the prebuilt ones; `buffer` is filled when the client has
/// something to pass on.
/// @param client     The client's fields; null when nothing may be passed on (another dialect).
/// @param forwarded  Names that may be, in lower case.
[[nodiscard]] const http::HeaderBlock& upstream_headers(const catalog::UpstreamHeaders& own,
                                                        const http::Headers* client,
                                                        std::span<const std::string_view> forwarded,
                                                        http::HeaderBlock& buffer);

}  // namespace tollgate::relay
