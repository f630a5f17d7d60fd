#pragma once

#include <span>

#include "manage/route.h"

/// One function for each resource, each in the file of its name; listed in resources.cpp.
namespace tollgate::manage {

std::span<const Row> system_routes();         ///< status, texts, providers
std::span<const Row> session_routes();        ///< signing in and out
std::span<const Row> self_routes();           ///< one's own account
std::span<const Row> preference_routes();     ///< how somebody likes a front-end to be
std::span<const Row> user_routes();           ///< other people's
std::span<const Row> option_routes();         ///< settings that are changed at run time
std::span<const Row> group_routes();          ///< groups of users
std::span<const Row> model_routes();          ///< models, their makers, what is said of them
std::span<const Row> analytics_routes();      ///< statistics for the operator
std::span<const Row> billing_routes();        ///< OpenAI's old billing pages, by a token's key
std::span<const Row> token_routes();          ///< keys
std::span<const Row> channel_routes();        ///< accounts at providers
std::span<const Row> channel_batch_routes();  ///< several channels at once
std::span<const Row> channel_tag_routes();    ///< channels that are edited as one
std::span<const Row> channel_test_routes();   ///< trying a channel
std::span<const Row> channel_run_routes();    ///< trying all channels, and all models of one
std::span<const Row> price_routes();          ///< what models cost
std::span<const Row> log_routes();            ///< what was called
std::span<const Row> overview_routes();       ///< a front-end's first page
std::span<const Row> setup_routes();          ///< the first start's wizard
std::span<const Row> playground_routes();     ///< model calls of a session

}  // namespace tollgate::manage
