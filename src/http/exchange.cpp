#include "http/exchange.h"

#include "http/connection.h"

namespace tollgate::http {

const RequestHead& Exchange::head() const { return connection_.head_; }
const PathParams& Exchange::params() const { return connection_.params_; }
const Route& Exchange::route() const { return *connection_.route_; }
const net::IpAddress& Exchange::peer() const { return connection_.peer_; }
bool Exchange::over_tls() const { return connection_.shared_.tls != nullptr; }
net::Worker& Exchange::worker() const { return connection_.worker_; }
std::int64_t Exchange::received_ns() const { return connection_.received_ns_; }
net::CancelSignal& Exchange::cancel_signal() { return connection_.signal_; }
bool Exchange::client_gone() const { return connection_.signal_.canceled() || connection_.failed_; }

net::MaybeTask<Result<std::string_view>> Exchange::read_body(std::size_t max_bytes) {
  return connection_.read_body(max_bytes);
}
std::string_view Exchange::body() const { return connection_.body_; }
void Exchange::release_body() { connection_.release_body(); }

net::MaybeTask<Result<void>> Exchange::respond(int status, const HeaderBlock& headers,
                                               std::span<const std::string_view> body) {
  return connection_.respond(status, headers.bytes(), body);
}
net::MaybeTask<Result<void>> Exchange::respond(int status, const HeaderBlock& headers, std::string_view body) {
  return connection_.respond(status, headers.bytes(), std::span(&body, 1));
}
net::MaybeTask<Result<void>> Exchange::respond(Response response) {
  const std::string_view body = response.body;
  return connection_.respond(response.status, response.headers.bytes(), std::span(&body, 1));
}
net::MaybeTask<Result<void>> Exchange::respond_error(const Error& error) { return connection_.respond_error(error); }

void Exchange::start(int status, const HeaderBlock& headers, std::int64_t length) {
  connection_.start(status, headers, length);
}
net::MaybeTask<Result<void>> Exchange::write(std::span<const std::string_view> pieces) {
  return connection_.write(pieces, false);
}
net::MaybeTask<Result<void>> Exchange::write(std::string_view bytes) {
  return connection_.write(std::span(&bytes, 1), false);
}
net::MaybeTask<Result<void>> Exchange::finish(std::span<const std::string_view> pieces) {
  return connection_.write(pieces, true);
}
net::MaybeTask<Result<void>> Exchange::finish(std::string_view bytes) {
  return connection_.write(std::span(&bytes, 1), true);
}
void Exchange::abort() { connection_.abort(); }

bool Exchange::started() const { return connection_.answer_ != Connection::Answer::none; }
bool Exchange::head_sent() const { return connection_.head_sent_; }
bool Exchange::finished() const { return connection_.answer_ == Connection::Answer::finished && !connection_.failed_; }
int Exchange::status() const { return connection_.status_; }
std::uint64_t Exchange::bytes_sent() const { return connection_.bytes_sent_; }
std::int64_t Exchange::blocked_ns() const { return connection_.blocked_ns_; }

}  // namespace tollgate::http
