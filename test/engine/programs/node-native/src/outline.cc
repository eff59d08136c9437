#include <libxml/parser.h>
#include <napi.h>

static uint32_t Count(const xmlNode *node)
{
  uint32_t count = 0;
  for (; node; node = node->next)
    if (node->type == XML_ELEMENT_NODE) count += 1 + Count(node->children);
  return count;
}

static Napi::Value Elements(const Napi::CallbackInfo &info)
{
  std::string text = info[0].As<Napi::String>();
  xmlDoc *document = xmlReadMemory(text.data(), text.size(), nullptr, nullptr, XML_PARSE_NOERROR);
  if (!document) {
    Napi::Error::New(info.Env(), "not XML").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  uint32_t count = Count(xmlDocGetRootElement(document));
  xmlFreeDoc(document);
  return Napi::Number::New(info.Env(), count);
}

static Napi::Object Init(Napi::Env env, Napi::Object exports)
{
  exports.Set("elements", Napi::Function::New(env, Elements));
  return exports;
}

NODE_API_MODULE(outline, Init)
