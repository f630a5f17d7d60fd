#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tollgate::store {

class Session;

/// Who makes a model. Ids up to 1000 are built in (the predecessors' numbers), further ones users'.
struct ModelOwnerRow {
  std::int64_t id = 0;
  std::string name;
  std::string icon;  ///< URL
};
inline constexpr std::int64_t kFirstOwnModelOwner = 1001;

/// The catalogue's words about a model. The four lists are JSON arrays of texts.
struct ModelInfoRow {
  std::int64_t id = 0;
  std::string model;  ///< unique
  std::string name, description;
  std::int64_t context_length = 0, max_tokens = 0;
  std::string input_modalities, output_modalities, tags, support_url;
  std::int64_t created_at = 0, updated_at = 0;
};

/// All functions here block. Errors: those of `guarded` (session.h).

Result<std::vector<ModelOwnerRow>> load_model_owners(Session& db);  ///< by id
Result<std::optional<ModelOwnerRow>> find_model_owner(Session& db, std::int64_t id);
/// Errors: conflict (id taken).
Result<void> create_model_owner(Session& db, const ModelOwnerRow& row);
/// Errors: not_found.
Result<void> update_model_owner(Session& db, const ModelOwnerRow& row);
Result<void> delete_model_owner(Session& db, std::int64_t id);

Result<std::vector<ModelInfoRow>> load_model_infos(Session& db);  ///< by model
Result<std::optional<ModelInfoRow>> find_model_info(Session& db, std::int64_t id);
/// Errors: conflict (the model has a row).
Result<std::int64_t> create_model_info(Session& db, const ModelInfoRow& row);
/// Everything but id and created_at. Errors: not_found, conflict.
Result<void> update_model_info(Session& db, const ModelInfoRow& row);
Result<void> delete_model_info(Session& db, std::int64_t id);

}  // namespace tollgate::store
