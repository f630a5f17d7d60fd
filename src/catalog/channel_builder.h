#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "catalog/catalog.h"
#include "crypto/seal.h"
#include "net/dialer.h"
#include "store/channels.h"

namespace tollgate::catalog {

/// Makes channels of rows; one for each build. It keeps what channels share.
class ChannelBuilder {
 public:
  /// @param ca_pem  Of the setting upstream.ca_file; an error makes every channel that needs TLS unusable.
  ChannelBuilder(const crypto::Sealer& sealer, Health& health, const config::Settings& settings,
                 const Result<std::string>& ca_pem)
      : sealer_(sealer), health_(health), settings_(settings), ca_pem_(ca_pem) {}

  /// Errors: channel_not_usable with the reason, which holds no secret.
  [[nodiscard]] Result<Channel> build(const store::ChannelRow& row);

 private:
  struct Parsed;
  Result<void> read_options(const store::ChannelRow& row, Channel& out, Parsed& parsed) const;
  Result<void> read_keys(const store::ChannelRow& row, Channel& out, const Parsed& parsed);
  Result<void> read_paths(Channel& out, const Parsed& parsed) const;
  Result<void> read_edits(const store::ChannelRow& row, Channel& out) const;
  Result<std::shared_ptr<const net::Endpoint>> endpoint(const std::string& base_url, std::string proxy,
                                                        const Secret& key, bool verify);

  const crypto::Sealer& sealer_;
  Health& health_;
  const config::Settings& settings_;
  const Result<std::string>& ca_pem_;
  std::map<std::string, std::shared_ptr<const net::Endpoint>, std::less<>> endpoints_;
};

}  // namespace tollgate::catalog
