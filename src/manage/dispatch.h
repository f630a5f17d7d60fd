#pragma once

#include <span>
#include <vector>

#include "http/server.h"
#include "manage/route.h"
#include "manage/services.h"

namespace tollgate::manage {

/// Every row of every resource, in the order of resources.cpp.
[[nodiscard]] const std::vector<Row>& all_rows();

/// The management API for the server: a route for each row, and for each row's other form (with or without the last
/// slash) a redirect, 301 for GET and 307 for other methods.
///
/// Before a handler runs, in this order: the limit of calls of the client's address (429, empty body); who is calling
/// (401 if nothing was shown, else the failure envelope); that no other site's page makes the call (403); the
/// permission (failure envelope).
/// @param services  Outlives the server.
[[nodiscard]] std::vector<http::Route> manage_routes(Services& services);

}  // namespace tollgate::manage
