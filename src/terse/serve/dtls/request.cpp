#include "terse/serve/dtls/request.h"

#include <fmt/core.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "terse/serve/core/names.h"
#include "terse/text/hex.h"

namespace terse::serve::dtls {

std::optional<std::uint32_t> number_option(const coap_pdu_t* request, coap_option_num_t number) {
  coap_opt_iterator_t iterator;
  coap_opt_t* option = coap_check_option(request, number, &iterator);
  if (option == nullptr) return std::nullopt;
  return coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
}

std::vector<std::uint8_t> option_bytes(const coap_pdu_t* request, coap_option_num_t number) {
  coap_opt_iterator_t iterator;
  coap_opt_t* option = coap_check_option(request, number, &iterator);
  if (option == nullptr) return {};
  const std::uint8_t* bytes = coap_opt_value(option);
  return {bytes, bytes + coap_opt_length(option)};
}

std::string path_of(const coap_pdu_t* request) {
  coap_string_t* path = coap_get_uri_path(request);
  if (path == nullptr) return "";
  std::string text(reinterpret_cast<const char*>(path->s), path->length);
  coap_delete_string(path);
  return text;
}

std::string query_value(const coap_pdu_t* request, std::string_view name) {
  coap_opt_iterator_t iterator;
  coap_opt_filter_t filter;
  coap_option_filter_clear(&filter);
  coap_option_filter_set(&filter, COAP_OPTION_URI_QUERY);
  coap_option_iterator_init(request, &iterator, &filter);
  while (coap_opt_t* option = coap_option_next(&iterator)) {
    const std::string_view text(reinterpret_cast<const char*>(coap_opt_value(option)),
                                coap_opt_length(option));
    if (text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=') {
      return std::string(text.substr(name.size() + 1));
    }
  }
  return "";
}

std::optional<std::uint32_t> accepted_format(const coap_pdu_t* request) {
  return number_option(request, COAP_OPTION_ACCEPT);
}

std::optional<std::uint32_t> content_format(const coap_pdu_t* request) {
  return number_option(request, COAP_OPTION_CONTENT_FORMAT);
}

std::string exchange_name(coap_session_t* session, const coap_pdu_t* request) {
  const coap_bin_const_t token = coap_pdu_get_token(request);
  return fmt::format("{} {} {}", coap_session_str(session), coap_pdu_get_mid(request),
                     text::to_hex(std::span(token.s, token.length)));
}

std::vector<std::uint8_t> body_of(const coap_pdu_t* request) {
  std::size_t size = 0;
  std::size_t offset = 0;
  std::size_t total = 0;
  const std::uint8_t* data = nullptr;
  if (coap_get_data_large(request, &size, &data, &offset, &total) == 0) return {};
  return {data, data + size};
}

std::string proven_name(const coap_session_t* session) {
  const coap_bin_const_t* identity = coap_session_get_psk_identity(session);
  // There is an empty one when none was used.
  if (identity != nullptr && identity->length > 0) {
    return {reinterpret_cast<const char*>(identity->s), identity->length};
  }
  coap_tls_library_t library = COAP_TLS_LIBRARY_NOTLS;
  auto* tls = static_cast<SSL*>(coap_session_get_tls(session, &library));
  if (tls == nullptr || library != COAP_TLS_LIBRARY_OPENSSL) return "";
  X509* certificate = SSL_get0_peer_certificate(tls);
  if (certificate == nullptr || SSL_get_verify_result(tls) != X509_V_OK) return "";
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int kind = OBJ_txt2nid("CN");
  const int at = X509_NAME_get_index_by_NID(subject, kind, -1);
  // Two names would be two devices.
  if (at < 0 || X509_NAME_get_index_by_NID(subject, kind, at) >= 0) return "";
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return "";
  std::string name(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return core::is_device_name(name) ? name : "";
}

}  // namespace terse::serve::dtls
