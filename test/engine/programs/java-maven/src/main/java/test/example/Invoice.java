package test.example;

import com.google.gson.GsonBuilder;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

public final class Invoice {
    public static void main(String[] args) {
        Map<String, Object> invoice = new LinkedHashMap<>();
        invoice.put("lines", args.length);
        invoice.put("total", Arrays.stream(args).map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add));
        System.out.println(new GsonBuilder().create().toJson(invoice));
    }
}
