#include <array>

#include "config/row.h"

namespace tollgate::config {
namespace {

constexpr std::string_view kMemory = "everything that requests read is always in memory";
constexpr std::string_view kBatch = "charges are always journaled and written in batches";
constexpr std::string_view kPool = "the number of sessions is `storage.threads`";
constexpr std::string_view kNotYet = "this part is not in this version";
constexpr std::string_view kImport = "needed only by `tollgate import`; keys made here do not depend on it";
constexpr std::string_view kNoEncoders = "tokens are counted by the upstream wherever it does";
constexpr std::string_view kTheme = "there is one console";

// clang-format off
constexpr std::array kForeign{
    ForeignKey{"gin_mode", "GIN_MODE", "there is no such mode; see `log_level`"},
    ForeignKey{"debug", "DEBUG", "see `log_level`"},
    ForeignKey{"debug_sql", "DEBUG_SQL", "statements are not logged"},
    ForeignKey{"logs.compress", "LOGS_COMPRESS", "log files are not compressed"},
    ForeignKey{"disable_token_encoders", "DISABLE_TOKEN_ENCODERS", kNoEncoders},
    ForeignKey{"favicon", "FAVICON", kNotYet},
    ForeignKey{"sql_max_idle_conns", "SQL_MAX_IDLE_CONNS", kPool},
    ForeignKey{"sql_max_open_conns", "SQL_MAX_OPEN_CONNS", kPool},
    ForeignKey{"sql_max_lifetime", "SQL_MAX_LIFETIME", "sessions are kept and mended when they break"},
    ForeignKey{"sql_conn_max_lifetime", "SQL_CONN_MAX_LIFETIME", "sessions are kept and mended when they break"},
    ForeignKey{"tz", "", "times are Unix seconds; people see them in their own zone"},
    ForeignKey{"redis_db", "REDIS_DB", "the number of the database is part of `redis_conn_string`"},
    ForeignKey{"redis_master_name", "REDIS_MASTER_NAME", kNotYet},
    ForeignKey{"redis_password", "REDIS_PASSWORD", "the password is part of `redis_conn_string`"},
    ForeignKey{"redis_pool_size", "REDIS_POOL_SIZE", kNotYet},
    ForeignKey{"memory_cache_enabled", "MEMORY_CACHE_ENABLED", kMemory},
    ForeignKey{"frontend_base_url", "FRONTEND_BASE_URL", "every node serves the console"},
    ForeignKey{"batch_update_enabled", "BATCH_UPDATE_ENABLED", kBatch},
    ForeignKey{"batch_update_interval", "BATCH_UPDATE_INTERVAL", "see `journal.flush_interval`"},
    ForeignKey{"auto_price_updates", "AUTO_PRICE_UPDATES", kNotYet},
    ForeignKey{"auto_price_updates_mode", "AUTO_PRICE_UPDATES_MODE", kNotYet},
    ForeignKey{"auto_price_updates_interval", "AUTO_PRICE_UPDATES_INTERVAL", kNotYet},
    ForeignKey{"update_price_service", "UPDATE_PRICE_SERVICE", kNotYet},
    ForeignKey{"user_invoice_month", "USER_INVOICE_MONTH", kNotYet},
    ForeignKey{"github_proxy", "GITHUB_PROXY", kNotYet},
    ForeignKey{"user_token_secret", "USER_TOKEN_SECRET", kImport},
    ForeignKey{"hashids_salt", "HASHIDS_SALT", kImport},
    ForeignKey{"crypto_secret", "CRYPTO_SECRET", kImport},
    ForeignKey{"channel.update_frequency", "CHANNEL_UPDATE_FREQUENCY", kNotYet},
    ForeignKey{"tg.", "", kNotYet},
    ForeignKey{"notify.", "", kNotYet},
    ForeignKey{"storage.smms.", "", kNotYet},
    ForeignKey{"storage.imgur.", "", kNotYet},
    ForeignKey{"storage.alioss.", "", kNotYet},
    ForeignKey{"storage.s3.", "", kNotYet},
    ForeignKey{"search.", "", kNotYet},
    ForeignKey{"mcp.", "", kNotYet},
    ForeignKey{"uptime_kuma.", "", kNotYet},
    ForeignKey{"tiktoken_cache_dir", "TIKTOKEN_CACHE_DIR", kNoEncoders},
    ForeignKey{"data_gym_cache_dir", "DATA_GYM_CACHE_DIR", kNoEncoders},
    ForeignKey{"", "USER_CONTENT_REQUEST_PROXY", kNotYet},
    ForeignKey{"", "USER_CONTENT_REQUEST_TIMEOUT", kNotYet},
    ForeignKey{"", "GEMINI_SAFETY_SETTING", "a channel's parameter overrides do that"},
    ForeignKey{"", "GEMINI_VERSION", "a channel's own options do that"},
    ForeignKey{"", "THEME", kTheme},
    ForeignKey{"", "ENABLE_METRIC", "see `relay.breaker_failures`"},
    ForeignKey{"", "METRIC_QUEUE_SIZE", "see `relay.breaker_failures`"},
    ForeignKey{"", "METRIC_SUCCESS_RATE_THRESHOLD", "see `relay.breaker_failures`"},
    ForeignKey{"", "METRIC_SUCCESS_CHAN_SIZE", "see `relay.breaker_failures`"},
    ForeignKey{"", "METRIC_FAIL_CHAN_SIZE", "see `relay.breaker_failures`"},
    ForeignKey{"", "ENFORCE_INCLUDE_USAGE", "usage is always asked for"},
    ForeignKey{"", "FORCE_STREAM_OPTION", "usage is always asked for"},
    ForeignKey{"", "ONLY_ONE_LOG_FILE", "see `logs.daily`"},
    ForeignKey{"", "GLOBAL_API_RATE_LIMIT_ENABLE", "a limit of 0 switches it off"},
    ForeignKey{"", "GLOBAL_WEB_RATE_LIMIT_ENABLE", "a limit of 0 switches it off"},
    ForeignKey{"", "GLOBAL_WEB_RATE_LIMIT_DURATION", "see `global.rate_window`"},
    ForeignKey{"", "GET_MEDIA_TOKEN", kNoEncoders},
    ForeignKey{"", "GET_MEDIA_TOKEN_NOT_STREAM", kNoEncoders},
    ForeignKey{"", "UPDATE_TASK", kNotYet},
    ForeignKey{"", "AZURE_DEFAULT_API_VERSION", "a channel's own options do that"},
    ForeignKey{"", "GENERATE_DEFAULT_TOKEN", kNotYet},
    ForeignKey{"", "MAX_FILE_DOWNLOAD_MB", kNotYet},
    ForeignKey{"", "ENABLE_PPROF", "there is no such profiler"},
};
// clang-format on

}  // namespace

std::span<const ForeignKey> foreign_keys() { return kForeign; }

}  // namespace tollgate::config
