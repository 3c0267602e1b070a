// Certificates of the exchange: the caller's, and the service's by name. Each is read when it is asked for.
#include "base/text.h"
#include "engine/dotnet/x509_certificate.h"
#include "engine/exchange/members.h"

namespace portcullis {

extern const TypeDefinition kCertificateDictionaryDefinition;

namespace {

struct CertificateDictionary : Object {
  std::span<const CertificateView> views;
  X509Certificate** made;  // one for each view, null until somebody asks
};

CertificateDictionary& dictionary(Object* self) { return *static_cast<CertificateDictionary*>(self); }

X509Certificate* certificate_at(Run& run, CertificateDictionary& self, std::size_t index) {
  X509Certificate*& made = self.made[index];
  const CertificateView& view = self.views[index];
  if (made == nullptr) made = make_certificate(run, view.pem, view.password, joined("`", view.id, "` of the service"));
  return made;
}

// By resource name; who wrote a thumbprint, which older services took for the key, gets that certificate.
// source: context.md#2.6, service-model.md#6
bool find(Run& run, Object* self, Slot key, Slot& value) {
  if (key.object == nullptr) return run.raise_null("key");
  CertificateDictionary& all = dictionary(self);
  const std::string_view wanted = static_cast<const String*>(key.object)->view();
  const CertificateView* found = find_certificate(all.views, wanted);
  constexpr std::size_t kThumbprintSize = 40;
  if (found == nullptr && plain_hexadecimal(wanted).size() == kThumbprintSize)
    found = find_certificate_by_thumbprint(run.arena, all.views, wanted);
  if (found == nullptr) return false;
  value = Slot::of_object(certificate_at(run, all, static_cast<std::size_t>(found - all.views.data())));
  return !run.failed();
}

std::int64_t count(Run&, Object* self) { return static_cast<std::int64_t>(dictionary(self).views.size()); }

Object* keys(Run& run, Object* self) {
  const CertificateDictionary& all = dictionary(self);
  const std::span<String*> names = run.arena.array<String*>(all.views.size());
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = run.view(all.views[i].id);
  return string_array(run, names);
}
Object* values(Run& run, Object* self) {
  CertificateDictionary& all = dictionary(self);
  Array* array = run.array(run.types.object_array(), all.views.size());
  for (std::size_t i = 0; array != nullptr && i < all.views.size(); ++i) {
    array->items[i] = Slot::of_object(certificate_at(run, all, i));
    if (run.failed()) return nullptr;
  }
  return array;
}

struct Walk : Enumerator {
  CertificateDictionary* all;
  std::size_t at;
};
bool next(Run& run, Enumerator* enumerator) {
  auto& self = *static_cast<Walk*>(enumerator);
  if (self.at == self.all->views.size() || !run.spend(1)) return false;
  X509Certificate* certificate = certificate_at(run, *self.all, self.at);
  if (run.failed()) return false;
  const Slot key = Slot::of_object(run.view(self.all->views[self.at++].id));
  self.current = Slot::of_object(run.record(pair_type(*self.all->type), {key, Slot::of_object(certificate)}));
  return true;
}
Enumerator* enumerate_all(Run& run, Object* self) {
  auto* walk = run.arena.make<Walk>();
  walk->type = &run.type(Known::kObject);
  walk->next = &next;
  walk->all = &dictionary(self);
  return walk;
}

constexpr DictionaryAccess kAccess{.find = &find, .count = &count, .keys = &keys, .values = &values};
constexpr TypeOperations kOperations{.enumerate = &enumerate_all, .count = &count, .dictionary = &kAccess};

}  // namespace

Object* deployment_certificates(Run& run, DeploymentObject* self) {
  if (self->certificates != nullptr) return self->certificates;
  auto* made =
      run.make<CertificateDictionary>(*run.types.find_in("Microsoft.Azure.ApiManagement", "CertificateDictionary", 0));
  made->views = static_cast<const DeploymentView*>(self->view)->certificates;
  made->made = run.arena.array<X509Certificate*>(made->views.size()).data();
  return self->certificates = made;
}

Object* request_certificate(Run& run, Request* self) {
  if (self->certificate == nullptr && !self->certificate_pem.empty())
    self->certificate = make_certificate(run, self->certificate_pem, {}, "of the connection");
  return self->certificate;
}

const TypeDefinition kCertificateDictionaryDefinition{
    .declaration =
        "sealed class Microsoft.Azure.ApiManagement.CertificateDictionary : IReadOnlyDictionary<string, "
        "X509Certificate2>",
    .operations = &kOperations};

}  // namespace portcullis
