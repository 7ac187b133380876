#include "certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace candor::fault {
namespace {

std::atomic<bool> http2_offered = false;
std::atomic<long> last_serial = 1;

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

template <class T>
T must(T value) {
    if (!value) throw std::runtime_error("OpenSSL failed");
    return value;
}

Key new_key() { return Key(must(EVP_EC_gen("P-256"))); }

void extend(X509* certificate, X509* issuer, int extension, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* made = must(X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str()));
    X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
}

// `issuer` null: by itself.
Certificate new_certificate(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key, int from,
                            int to) {
    Certificate made(must(X509_new()));
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++last_serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), from * 86'400L);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), to * 86'400L);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* const signer = issuer != nullptr ? issuer : made.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(signer));
    if (issuer == nullptr && issuer_key == nullptr) {
        extend(made.get(), signer, NID_basic_constraints, "critical,CA:TRUE");
    } else {
        extend(made.get(), signer, NID_subject_alt_name, "IP:" + name);
    }
    must(X509_sign(made.get(), issuer_key != nullptr ? issuer_key : key, EVP_sha256()));
    return made;
}

class TlsWire final : public Wire {
public:
    explicit TlsWire(SSL* ssl) : ssl_(ssl) {}
    ~TlsWire() override { SSL_free(ssl_); }
    std::ptrdiff_t read(char* bytes, std::size_t size) override {
        return SSL_read(ssl_, bytes, static_cast<int>(size));
    }
    bool write(std::string_view bytes) override {
        return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
    }

private:
    SSL* ssl_;
};

// It speaks HTTP/1.1 and looks whether the other side would have spoken HTTP/2.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int size, void*) {
    bool found = false;
    for (unsigned int at = 0; at < size; at += 1u + offered[at]) {
        const std::string_view name(reinterpret_cast<const char*>(offered) + at + 1, offered[at]);
        if (name == "h2") http2_offered = true;
        if (name != "http/1.1") continue;
        *chosen = offered + at + 1;
        *chosen_size = offered[at];
        found = true;
    }
    return found ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

struct Authority::Parts {
    Key key = new_key();
    Certificate certificate = new_certificate("Candor test authority", key.get(), nullptr, nullptr, -10, 10);
};

Authority::Authority() : parts_(std::make_unique<Parts>()) {}
Authority::~Authority() = default;

std::string Authority::certificate() const {
    const std::unique_ptr<BIO, Free> bio(must(BIO_new(BIO_s_mem())));
    PEM_write_bio_X509(bio.get(), parts_->certificate.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

Wrap Authority::tls(const CertificateWish& wish) const {
    const Key key = new_key();
    const Certificate certificate =
        new_certificate(wish.host, key.get(), wish.vouched_for ? parts_->certificate.get() : nullptr,
                        wish.vouched_for ? parts_->key.get() : key.get(), wish.from_days, wish.to_days);
    const std::shared_ptr<SSL_CTX> context(must(SSL_CTX_new(TLS_server_method())), Free());
    SSL_CTX_use_certificate(context.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    return [context](int socket) -> std::unique_ptr<Wire> {
        SSL* ssl = SSL_new(context.get());
        SSL_set_fd(ssl, socket);
        auto wire = std::make_unique<TlsWire>(ssl);
        if (SSL_accept(ssl) != 1) return nullptr;
        return wire;
    };
}

bool http2_was_offered() { return http2_offered; }

}  // namespace candor::fault
