#include <array>

#include "store/migrations.h"

namespace tollgate::store {
namespace {

// Conventions: money and times are integers (quota, Unix seconds), 0 is "none" or "never", texts are empty rather than
// NULL, JSON is text, symbols and statuses are as the management API has them. NULL occurs only where a unique column
// may be empty. No default values: each insert says everything.

constexpr std::string_view kLogTables = R"sql(
CREATE TABLE IF NOT EXISTS meta (
  name {short} NOT NULL PRIMARY KEY,
  value {text} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS names (
  id {id},
  kind {int4} NOT NULL,
  text {short} NOT NULL,
  UNIQUE (kind, text)
) {table};

CREATE TABLE IF NOT EXISTS logs (
  id {row},
  created_at {int} NOT NULL,
  user_id {int} NOT NULL,
  token_id {int} NOT NULL,
  quota {int} NOT NULL,
  input_tokens {int} NOT NULL,
  cache_read_tokens {int} NOT NULL,
  cache_write_tokens {int} NOT NULL,
  cache_write_1h_tokens {int} NOT NULL,
  input_audio_tokens {int} NOT NULL,
  input_image_tokens {int} NOT NULL,
  output_tokens {int} NOT NULL,
  reasoning_tokens {int} NOT NULL,
  output_audio_tokens {int} NOT NULL,
  output_image_tokens {int} NOT NULL,
  group_ratio_micros {int} NOT NULL,
  price_version {int4} NOT NULL,
  type {int4} NOT NULL,
  channel_id {int4} NOT NULL,
  model_id {int4} NOT NULL,
  upstream_model_id {int4} NOT NULL,
  group_id {int4} NOT NULL,
  error_id {int4} NOT NULL,
  duration_ms {int4} NOT NULL,
  first_byte_ms {int4} NOT NULL,
  flags {int4} NOT NULL,
  status {int4} NOT NULL,
  dialects {int4} NOT NULL,
  web_searches {int4} NOT NULL,
  request_id {short} NOT NULL,
  ip {short} NOT NULL,
  attempts {text} NOT NULL,
  content {text} NOT NULL,
  details {text} NOT NULL
) {table};
CREATE INDEX logs_user ON logs (user_id, id);
@sqlite,postgresql CREATE INDEX logs_events ON logs (type, id) WHERE type <> 2;
@mysql CREATE INDEX logs_events ON logs (type, id);

CREATE TABLE IF NOT EXISTS journals (
  id {short} NOT NULL PRIMARY KEY,
  node_id {int} NOT NULL,
  epoch {int} NOT NULL,
  worker {int4} NOT NULL,
  position {int} NOT NULL,
  live {int4} NOT NULL,
  created_at {int} NOT NULL,
  closed_at {int} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS quarantine (
  id {id},
  journal_id {short} NOT NULL,
  slot {int} NOT NULL,
  record {text} NOT NULL,
  reason {text} NOT NULL,
  created_at {int} NOT NULL
) {table};
)sql";

constexpr std::string_view kMainTables = R"sql(
CREATE TABLE IF NOT EXISTS users (
  id {id},
  username {short} NOT NULL UNIQUE,
  password_hash {text} NOT NULL,
  display_name {short} NOT NULL,
  role {int4} NOT NULL,
  status {int4} NOT NULL,
  email {short} NOT NULL,
  avatar_url {text} NOT NULL,
  github_id {short} NOT NULL,
  github_number {int} NOT NULL,
  oidc_id {short} NOT NULL,
  wechat_id {short} NOT NULL,
  lark_id {short} NOT NULL,
  telegram_id {int} NOT NULL,
  linux_do_id {short} NOT NULL,
  access_token_hash {short} UNIQUE,
  access_token_sealed {text} NOT NULL,
  group_symbol {short} NOT NULL,
  invite_code {short} UNIQUE,
  invite_count {int} NOT NULL,
  invite_quota {int} NOT NULL,
  invite_quota_history {int} NOT NULL,
  inviter_id {int} NOT NULL,
  last_login_at {int} NOT NULL,
  last_login_ip {short} NOT NULL,
  settings {text} NOT NULL,
  granted {int} NOT NULL,
  used {int} NOT NULL,
  request_count {int} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int} NOT NULL,
  version {int} NOT NULL
) {table};
CREATE INDEX users_email ON users (email);
CREATE INDEX users_github_id ON users (github_id);
CREATE INDEX users_github_number ON users (github_number);
CREATE INDEX users_oidc_id ON users (oidc_id);
CREATE INDEX users_wechat_id ON users (wechat_id);
CREATE INDEX users_lark_id ON users (lark_id);
CREATE INDEX users_telegram_id ON users (telegram_id);
CREATE INDEX users_linux_do_id ON users (linux_do_id);
CREATE INDEX users_inviter ON users (inviter_id);

CREATE TABLE IF NOT EXISTS tokens (
  id {id},
  user_id {int} NOT NULL,
  name {short} NOT NULL,
  key_hash {short} NOT NULL UNIQUE,
  key_sealed {text} NOT NULL,
  key_hint {short} NOT NULL,
  status {int4} NOT NULL,
  expires_at {int} NOT NULL,
  unlimited {int4} NOT NULL,
  group_symbol {short} NOT NULL,
  backup_group_symbol {short} NOT NULL,
  models_limited {int4} NOT NULL,
  models {text} NOT NULL,
  ips_limited {int4} NOT NULL,
  ips {text} NOT NULL,
  heartbeat {int4} NOT NULL,
  heartbeat_seconds {int4} NOT NULL,
  billing_tag {short} NOT NULL,
  settings {text} NOT NULL,
  granted {int} NOT NULL,
  used {int} NOT NULL,
  request_count {int} NOT NULL,
  accessed_at {int} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int} NOT NULL,
  version {int} NOT NULL
) {table};
CREATE INDEX tokens_user ON tokens (user_id, id);
CREATE INDEX tokens_name ON tokens (name);

CREATE TABLE IF NOT EXISTS channels (
  id {id},
  type {int4} NOT NULL,
  name {short} NOT NULL,
  key_hash {short} NOT NULL,
  keys_sealed {text} NOT NULL,
  status {int4} NOT NULL,
  disabled_reason {text} NOT NULL,
  disabled_at {int} NOT NULL,
  weight {int} NOT NULL,
  priority {int} NOT NULL,
  base_url {text} NOT NULL,
  other {text} NOT NULL,
  models {text} NOT NULL,
  group_symbols {text} NOT NULL,
  tag {short} NOT NULL,
  model_mapping {text} NOT NULL,
  headers_sealed {text} NOT NULL,
  parameters {text} NOT NULL,
  status_mapping {text} NOT NULL,
  system_prompt {text} NOT NULL,
  proxy_sealed {text} NOT NULL,
  test_model {short} NOT NULL,
  tested_at {int} NOT NULL,
  response_ms {int} NOT NULL,
  balance_micros {int} NOT NULL,
  balance_updated_at {int} NOT NULL,
  only_chat {int4} NOT NULL,
  prompt_counting {int4} NOT NULL,
  compatible_response {int4} NOT NULL,
  allow_extra_body {int4} NOT NULL,
  auto_disable {int4} NOT NULL,
  disabled_stream {text} NOT NULL,
  plugin {text} NOT NULL,
  options {text} NOT NULL,
  used {int} NOT NULL,
  request_count {int} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  deleted_at {int} NOT NULL,
  version {int} NOT NULL
) {table};
CREATE INDEX channels_tag ON channels (tag);

CREATE TABLE IF NOT EXISTS user_groups (
  id {id},
  symbol {short} NOT NULL UNIQUE,
  name {short} NOT NULL,
  ratio {short} NOT NULL,
  api_rate {int} NOT NULL,
  is_public {int4} NOT NULL,
  promotion {int4} NOT NULL,
  min_usd {int} NOT NULL,
  max_usd {int} NOT NULL,
  enabled {int4} NOT NULL,
  fallback_symbol {short} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  version {int} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS prices (
  model {short} NOT NULL PRIMARY KEY,
  type {int4} NOT NULL,
  owner_id {int4} NOT NULL,
  input {short} NOT NULL,
  output {short} NOT NULL,
  extra_ratios {text} NOT NULL,
  locked {int4} NOT NULL,
  version_id {int} NOT NULL,
  updated_at {int} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS price_versions (
  id {id},
  model {short} NOT NULL,
  type {int4} NOT NULL,
  input {short} NOT NULL,
  output {short} NOT NULL,
  extra_ratios {text} NOT NULL,
  created_at {int} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS model_owners (
  id {int} NOT NULL PRIMARY KEY,
  name {short} NOT NULL,
  icon {text} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS model_infos (
  id {id},
  model {short} NOT NULL UNIQUE,
  name {short} NOT NULL,
  description {text} NOT NULL,
  context_length {int} NOT NULL,
  max_tokens {int} NOT NULL,
  input_modalities {text} NOT NULL,
  output_modalities {text} NOT NULL,
  tags {text} NOT NULL,
  support_url {text} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS options (
  name {short} NOT NULL PRIMARY KEY,
  value {text} NOT NULL,
  sealed {int4} NOT NULL,
  updated_at {int} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS grants (
  id {id},
  account_kind {int4} NOT NULL,
  account_id {int} NOT NULL,
  amount {int} NOT NULL,
  reason {int4} NOT NULL,
  remark {text} NOT NULL,
  actor_id {int} NOT NULL,
  reference {short} NOT NULL UNIQUE,
  created_at {int} NOT NULL
) {table};
CREATE INDEX grants_account ON grants (account_kind, account_id, id);

CREATE TABLE IF NOT EXISTS statistics (
  bucket_at {int} NOT NULL,
  user_id {int} NOT NULL,
  channel_id {int} NOT NULL,
  model_id {int} NOT NULL,
  requests {int} NOT NULL,
  errors {int} NOT NULL,
  quota {int} NOT NULL,
  prompt_tokens {int} NOT NULL,
  completion_tokens {int} NOT NULL,
  cache_read_tokens {int} NOT NULL,
  duration_ms {int} NOT NULL,
  PRIMARY KEY (bucket_at, user_id, channel_id, model_id)
) {sorted} {table};

CREATE TABLE IF NOT EXISTS sign_ins (
  id_hash {short} NOT NULL PRIMARY KEY,
  user_id {int} NOT NULL,
  created_at {int} NOT NULL,
  expires_at {int} NOT NULL,
  seen_at {int} NOT NULL,
  ip {short} NOT NULL,
  user_agent {text} NOT NULL,
  data {text} NOT NULL
) {table};
CREATE INDEX sign_ins_user ON sign_ins (user_id);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

CREATE TABLE IF NOT EXISTS audit (
  id {id},
  created_at {int} NOT NULL,
  actor_id {int} NOT NULL,
  action {short} NOT NULL,
  target {short} NOT NULL,
  target_id {int} NOT NULL,
  summary {text} NOT NULL,
  ip {short} NOT NULL,
  request_id {short} NOT NULL
) {table};

CREATE TABLE IF NOT EXISTS nodes (
  id {id},
  name {short} NOT NULL UNIQUE,
  epoch {int} NOT NULL,
  live {int4} NOT NULL,
  host {text} NOT NULL,
  started_at {int} NOT NULL,
  seen_at {int} NOT NULL
) {table};
)sql";

constexpr std::string_view kPreferences = R"sql(
CREATE TABLE IF NOT EXISTS preferences (
  user_id {int} NOT NULL PRIMARY KEY,
  value {text} NOT NULL,
  updated_at {int} NOT NULL
) {table};
)sql";

// Sums of whole days by one key: 1 user, 2 channel, 3 model.
constexpr std::string_view kStatisticDays = R"sql(
CREATE TABLE IF NOT EXISTS statistic_days (
  kind {int4} NOT NULL,
  bucket_at {int} NOT NULL,
  key_id {int} NOT NULL,
  requests {int} NOT NULL,
  errors {int} NOT NULL,
  quota {int} NOT NULL,
  prompt_tokens {int} NOT NULL,
  completion_tokens {int} NOT NULL,
  cache_read_tokens {int} NOT NULL,
  duration_ms {int} NOT NULL,
  PRIMARY KEY (kind, bucket_at, key_id)
) {sorted} {table};
)sql";

constexpr std::array kMigrations{
    Migration{1, "log rows, names, journals", true, kLogTables},
    Migration{2, "accounts, channels, prices, options, books", false, kMainTables},
    Migration{3, "preferences", false, kPreferences},
    Migration{4, "statistics of days", false, kStatisticDays},
};

}  // namespace

std::span<const Migration> all_migrations() { return kMigrations; }

}  // namespace tollgate::store
