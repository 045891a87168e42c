import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import java.io.FileInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.source.SourceRecord;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Debezium's embedded engine with its outbox event router, and Kafka's own producer as the sink. Arguments: the file of
 * the engine's properties, the file of the producer's. A batch is marked as processed once Kafka has acknowledged it.
 */
public final class OutboxToKafka {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    public static void main(String[] arguments) throws Exception {
        Properties engine = read(arguments[0]);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(read(arguments[1]), new ByteArraySerializer(), new ByteArraySerializer());
        DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> running = DebeziumEngine.create(Connect.class)
                .using(engine)
                .using((DebeziumEngine.CompletionCallback) (ok, message, error) -> {
                    System.err.println("engine ended: " + message + " " + error);
                    if (!ok) {
                        Runtime.getRuntime().halt(1);
                    }
                })
                .notifying((records, committer) -> publish(producer, records, committer))
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                running.close();
            } catch (Exception ended) {
                System.err.println(ended);
            }
        }));
        running.run();
    }

    private static void publish(
            KafkaProducer<byte[], byte[]> producer,
            List<ChangeEvent<SourceRecord, SourceRecord>> records,
            RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer)
            throws InterruptedException {
        List<Future<?>> sent = new ArrayList<>(records.size());
        for (ChangeEvent<SourceRecord, SourceRecord> event : records) {
            sent.add(producer.send(recordOf(event.value())));
        }
        producer.flush();
        try {
            for (Future<?> each : sent) {
                each.get();
            }
        } catch (java.util.concurrent.ExecutionException refused) {
            throw new IllegalStateException(refused.getCause());
        }
        for (ChangeEvent<SourceRecord, SourceRecord> event : records) {
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
    }

    private static ProducerRecord<byte[], byte[]> recordOf(SourceRecord source) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                source.topic(), null, bytes(source.key()), bytes(source.value()));
        try {
            String headers = (String) source.headers().lastWithName("headers").value();
            JSON.readValue(headers, HEADERS)
                    .forEach((name, content) -> record.headers().add(name, content.getBytes(StandardCharsets.UTF_8)));
        } catch (java.io.IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
        return record;
    }

    private static byte[] bytes(Object value) {
        if (value instanceof byte[] given) {
            return given;
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] copied = new byte[buffer.remaining()];
            buffer.duplicate().get(copied);
            return copied;
        }
        return ((String) value).getBytes(StandardCharsets.UTF_8);
    }

    private static Properties read(String file) throws java.io.IOException {
        Properties found = new Properties();
        try (FileInputStream input = new FileInputStream(file)) {
            found.load(input);
        }
        return found;
    }
}
