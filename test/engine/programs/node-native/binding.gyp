{
  "targets": [
    {
      "target_name": "outline",
      "sources": ["src/outline.cc"],
      "include_dirs": ["<!@(node -p \"require('node-addon-api').include\")", "/usr/include/libxml2"],
      "defines": ["NAPI_DISABLE_CPP_EXCEPTIONS"],
      "libraries": ["-lxml2"]
    }
  ]
}
